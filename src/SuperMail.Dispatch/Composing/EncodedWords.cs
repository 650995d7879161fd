using System.Buffers.Text;
using System.Text;

namespace SuperMail.Dispatch.Composing;

/// <summary>Writes text as encoded-words (RFC 2047): each at most 75 long, its line at most 76, no character cut in two.</summary>
internal static class EncodedWords
{
    private const int LongestWord = 75;
    private const int LongestLine = 76;
    private const int Frame = 12; // =?utf-8?Q? and ?=
    private const int LeastRoom = Frame + 12; // four octets in Q

    /// <summary>Writes the words, folded between them, from a column on.</summary>
    /// <returns>The column after the last.</returns>
    public static int Write(ReadOnlySpan<char> text, int column, MessageBuffer output)
    {
        var asBase64 = PrefersBase64(text);
        if (LongestLine - column < LeastRoom)
        {
            column = Fold(output);
        }

        while (true)
        {
            var room = Math.Min(LongestWord, LongestLine - column) - Frame;
            var octets = 0;
            var taken = Take(text, asBase64, room, ref octets);
            column += Frame + (asBase64
                ? WriteBase64(text[..taken], output)
                : WriteQ(text[..taken], output));
            text = text[taken..];
            if (text.IsEmpty)
            {
                return column;
            }

            column = Fold(output);
        }
    }

    private static int Fold(MessageBuffer output)
    {
        output.WriteAscii("\r\n ");
        return 1;
    }

    /// <summary>How many characters fit into one word.</summary>
    private static int Take(ReadOnlySpan<char> text, bool asBase64, int room, ref int used)
    {
        var limit = asBase64 ? room / 4 * 3 : room;
        for (var i = 0; i < text.Length;)
        {
            Rune.DecodeFromUtf16(text[i..], out var rune, out var length);
            used += asBase64 ? rune.Utf8SequenceLength : QLength(rune);
            if (used > limit)
            {
                return i;
            }

            i += length;
        }

        return text.Length;
    }

    private static int QLength(Rune rune) =>
        rune.Value == ' ' || IsSafe(rune) ? 1 : 3 * rune.Utf8SequenceLength;

    private static bool IsSafe(Rune rune) => rune.IsAscii && HeaderCharacters.IsWordSafe((char)rune.Value);

    // Q stays readable where readers show it raw; past half of the octets it is neither readable nor short.
    private static bool PrefersBase64(ReadOnlySpan<char> text)
    {
        var octets = 0;
        var q = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            octets += rune.Utf8SequenceLength;
            q += QLength(rune);
        }

        return q > octets * 2L;
    }

    private static int WriteQ(ReadOnlySpan<char> text, MessageBuffer output)
    {
        output.WriteAscii("=?utf-8?Q?");
        var span = output.GetSpan(LongestWord);
        var written = 0;
        Span<byte> octets = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == ' ' || IsSafe(rune))
            {
                span[written++] = rune.Value == ' ' ? (byte)'_' : (byte)rune.Value;
                continue;
            }

            foreach (var octet in octets[..rune.EncodeToUtf8(octets)])
            {
                span[written++] = (byte)'=';
                span[written++] = "0123456789ABCDEF"u8[octet >> 4];
                span[written++] = "0123456789ABCDEF"u8[octet & 15];
            }
        }

        output.Advance(written);
        output.WriteAscii("?=");
        return written;
    }

    private static int WriteBase64(ReadOnlySpan<char> text, MessageBuffer output)
    {
        output.WriteAscii("=?utf-8?B?");
        Span<byte> octets = stackalloc byte[LongestWord];
        var count = Encoding.UTF8.GetBytes(text, octets);
        Base64.EncodeToUtf8(octets[..count], output.GetSpan(LongestWord + 4), out _, out var written);
        output.Advance(written);
        output.WriteAscii("?=");
        return written;
    }
}
