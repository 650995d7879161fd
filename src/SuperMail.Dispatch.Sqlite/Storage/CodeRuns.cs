using System.Buffers.Binary;

namespace SuperMail.Dispatch.Sqlite;

/// <summary>
/// Outcome codes as runs of four bytes: how many, and which. Most windows are one run (all sent) and most slices few, so
/// that a slice's row stays small although it is written with each window.
/// </summary>
internal static class CodeRuns
{
    private const int Size = 4;

    public static byte[] Encode(ReadOnlySpan<OutcomeCode> codes)
    {
        var runs = 0;
        for (var i = 0; i < codes.Length; i++)
        {
            runs += i == 0 || codes[i] != codes[i - 1] ? 1 : 0;
        }

        var bytes = new byte[runs * Size];
        var at = bytes.AsSpan();
        for (int start = 0, end; start < codes.Length; start = end)
        {
            end = start + 1;
            while (end < codes.Length && codes[end] == codes[start])
            {
                end++;
            }

            BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)(end - start));
            BinaryPrimitives.WriteUInt16LittleEndian(at[2..], codes[start].ToUInt16());
            at = at[Size..];
        }

        return bytes;
    }

    /// <summary>As many codes as there is room for; what the runs do not reach stays as it was.</summary>
    public static void Decode(ReadOnlySpan<byte> runs, Span<OutcomeCode> codes)
    {
        for (; runs.Length >= Size; runs = runs[Size..])
        {
            var count = BinaryPrimitives.ReadUInt16LittleEndian(runs);
            codes[..count].Fill(OutcomeCode.FromUInt16(BinaryPrimitives.ReadUInt16LittleEndian(runs[2..])));
            codes = codes[count..];
        }
    }

    /// <summary>The codes of so many positions; none where the runs do not reach.</summary>
    public static OutcomeCode[] Decode(ReadOnlySpan<byte> runs, int count)
    {
        var codes = new OutcomeCode[count];
        Decode(runs, codes);
        return codes;
    }
}
