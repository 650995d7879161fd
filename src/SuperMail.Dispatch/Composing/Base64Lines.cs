using System.Buffers.Text;

namespace SuperMail.Dispatch.Composing;

/// <summary>Base64 in lines of 76 with CRLF between them (RFC 2045 §6.8); no line break at the end.</summary>
internal static class Base64Lines
{
    private const int OctetsPerLine = 57;

    /// <summary>Encodes into a message.</summary>
    public static void Write(ReadOnlySpan<byte> bytes, MessageBuffer output) =>
        output.Advance(Encode(bytes, output.GetSpan(LengthOf(bytes.Length))));

    /// <summary>Encodes into an array of its own, kept for a mailing's life.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> bytes)
    {
        var encoded = new byte[LengthOf(bytes.Length)];
        Encode(bytes, encoded);
        return encoded;
    }

    private static int LengthOf(int octets) =>
        checked(((octets + 2) / 3 * 4) + (2 * Math.Max(0, (octets - 1) / OctetsPerLine)));

    private static int Encode(ReadOnlySpan<byte> bytes, Span<byte> output)
    {
        var written = 0;
        while (!bytes.IsEmpty)
        {
            if (written > 0)
            {
                "\r\n"u8.CopyTo(output[written..]);
                written += 2;
            }

            var line = bytes[..Math.Min(OctetsPerLine, bytes.Length)];
            Base64.EncodeToUtf8(line, output[written..], out _, out var count);
            written += count;
            bytes = bytes[line.Length..];
        }

        return written;
    }
}
