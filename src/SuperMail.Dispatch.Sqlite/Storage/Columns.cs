using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace SuperMail.Dispatch.Sqlite;

/// <summary>How our values stand in columns: ids and hashes as blobs, moments as milliseconds of Unix time, truths as 0 and 1.</summary>
internal static class Columns
{
    public static byte[] ToColumn(this MailingId id) => id.Value.ToByteArray(bigEndian: true);

    public static long ToColumn(this DateTimeOffset moment) => moment.ToUnixTimeMilliseconds();

    /// <summary>Rounded up: what is due a fraction later is not due yet.</summary>
    public static long ToDueColumn(this DateTimeOffset moment) =>
        (moment.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;

    public static byte[] ToColumn(this ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var part) && part.Offset == 0 && part.Array!.Length == part.Count ? part.Array : bytes.ToArray();

    public static byte[] ToColumn(this ReadOnlyMemory<long> ordinals) => MemoryMarshal.AsBytes(ordinals.Span).ToArray();

    public static MailingId Id(this SqliteDataReader row, int column) => new(new Guid(row.Bytes(column), bigEndian: true));

    public static DateTimeOffset Moment(this SqliteDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    public static DateTimeOffset? MomentOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.Moment(column);

    public static string? TextOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static byte[] Bytes(this SqliteDataReader row, int column) => row.GetFieldValue<byte[]>(column);

    /// <summary>Empty when the column is null.</summary>
    public static byte[] BytesOrEmpty(this SqliteDataReader row, int column) => row.IsDBNull(column) ? [] : row.Bytes(column);

    public static bool Truth(this SqliteDataReader row, int column) => row.GetInt64(column) != 0;

    /// <summary>Listed for a child, consecutive for a root, whose column is null.</summary>
    public static SliceOrdinals Ordinals(this SqliteDataReader row, int first, int listed) => new(
        row.GetInt64(first),
        row.IsDBNull(listed) ? default : MemoryMarshal.Cast<byte, long>(row.Bytes(listed)).ToArray());
}
