using System.Buffers.Binary;
using System.Numerics;

namespace SuperMail.Dispatch.Sqlite;

/// <summary>
/// The recorder's file: a header that says whose it is, then blocks of one size, one for each claimed slice: whose slice
/// it is, under a check sum, and a byte for each position.
/// </summary>
internal static class RecorderLayout
{
    public const int HeaderLength = 128;
    public const int BlockHeaderLength = 64;

    /// <summary>The largest slice that the core makes has 500.</summary>
    public const int MostPositions = 512;

    public const int BlockLength = BlockHeaderLength + MostPositions;

    /// <summary>Twice what 100 connections claim at once; 295 KB.</summary>
    public const int Blocks = 512;

    public const int Length = HeaderLength + (Blocks * BlockLength);

    /// <summary>What stands in place of a check sum where a block is free.</summary>
    public const uint FreeMark = 0;

    private static ReadOnlySpan<byte> Title => "SuperMail.Dispatch wire record 1"u8;

    private static int OriginAt => Title.Length;

    public static int OffsetOf(int block) => HeaderLength + (block * BlockLength);

    public static byte[] HeaderOf(RecorderOrigin origin)
    {
        var header = new byte[HeaderLength];
        Title.CopyTo(header);
        origin.Boot.TryWriteBytes(header.AsSpan(OriginAt));
        origin.Process.TryWriteBytes(header.AsSpan(OriginAt + 16));
        origin.Ledger.TryWriteBytes(header.AsSpan(OriginAt + 32));
        return header;
    }

    /// <summary>Who wrote the file, or null when it is not a whole recorder's file.</summary>
    public static RecorderOrigin? OriginOf(ReadOnlySpan<byte> file) => file.Length == Length && file.StartsWith(Title)
        ? new RecorderOrigin(Id(file, OriginAt), Id(file, OriginAt + 16), Id(file, OriginAt + 32))
        : null;

    /// <summary>The first 64 bytes of a slice's block. The check sum stands first and is never <see cref="FreeMark"/>.</summary>
    public static void WriteBlockHeader(Span<byte> header, in SliceRef slice, int count)
    {
        header.Clear();
        slice.Mailing.Value.TryWriteBytes(header[4..]);
        BinaryPrimitives.WriteInt64LittleEndian(header[20..], slice.Generation);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], slice.SliceNo);
        BinaryPrimitives.WriteInt32LittleEndian(header[32..], count);
        BinaryPrimitives.WriteUInt32LittleEndian(header, CheckOf(header));
    }

    /// <summary>The slice of a block, or null when the block is free or damaged.</summary>
    public static (SliceRef Slice, int Count)? ReadBlockHeader(ReadOnlySpan<byte> header)
    {
        var count = BinaryPrimitives.ReadInt32LittleEndian(header[32..]);
        return BinaryPrimitives.ReadUInt32LittleEndian(header) == CheckOf(header) && count is > 0 and <= MostPositions
            ? (new SliceRef(
                new MailingId(Id(header, 4)),
                BinaryPrimitives.ReadInt32LittleEndian(header[28..]),
                BinaryPrimitives.ReadInt64LittleEndian(header[20..])), count)
            : null;
    }

    private static uint CheckOf(ReadOnlySpan<byte> header)
    {
        var sum = uint.MaxValue;
        for (var at = 4; at < 36; at += 8)
        {
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(header[at..]));
        }

        return sum | 1;
    }

    private static Guid Id(ReadOnlySpan<byte> bytes, int at) => new(bytes.Slice(at, 16));
}
