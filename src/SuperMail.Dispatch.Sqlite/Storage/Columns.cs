using System.Runtime.InteropServices;

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

    public static MailingId Id(this Rows row, int column) => new(new Guid(row.GetBytes(column), bigEndian: true));

    public static DateTimeOffset Moment(this Rows row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    public static DateTimeOffset? MomentOrNull(this Rows row, int column) => row.IsNull(column) ? null : row.Moment(column);

    public static string? TextOrNull(this Rows row, int column) => row.IsNull(column) ? null : row.GetString(column);

    /// <summary>A copy that outlives the row; empty when the column is null.</summary>
    public static byte[] Bytes(this Rows row, int column) => row.GetBytes(column).ToArray();

    public static bool Truth(this Rows row, int column) => row.GetInt64(column) != 0;

    /// <summary>Listed for a child, consecutive for a root, whose column is null.</summary>
    public static SliceOrdinals Ordinals(this Rows row, int first, int listed) => new(
        row.GetInt64(first),
        row.IsNull(listed) ? default : MemoryMarshal.Cast<byte, long>(row.GetBytes(listed)).ToArray());
}
