using System.Text;

namespace SuperMail.Dispatch.Composing;

/// <summary>A text part without tags: the transfer encoding that its content asks for (RFC 2045 §6).</summary>
internal static class StaticText
{
    // RFC 5322 §2.1.1: lines should have at most 78 characters; longer ones are broken by quoted-printable.
    private const int LongestPlainLine = 78;

    /// <summary>Writes the Content-Transfer-Encoding field, the empty line and the body.</summary>
    /// <returns>True when the body is empty or ends with a line break.</returns>
    public static bool Write(string text, MessageBuffer output)
    {
        var canonical = Canonical(text);
        if (Is7Bit(canonical))
        {
            output.WriteAscii("Content-Transfer-Encoding: 7bit\r\n\r\n");
            output.WriteAscii(canonical);
        }
        else if (PrefersBase64(canonical))
        {
            output.WriteAscii("Content-Transfer-Encoding: base64\r\n\r\n");
            Base64Lines.Write(Encoding.UTF8.GetBytes(canonical), output);
            return false;
        }
        else
        {
            output.WriteAscii("Content-Transfer-Encoding: quoted-printable\r\n\r\n");
            QuotedPrintable.Write(canonical, ValueContext.Text, output);
        }

        return canonical.Length == 0 || canonical.EndsWith('\n');
    }

    /// <summary>Line breaks as CRLF (RFC 2046 §4.1.1); controls and lone surrogates as U+FFFD.</summary>
    private static string Canonical(string text)
    {
        var result = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length;)
        {
            if (text[i] is '\r' or '\n')
            {
                result.Append("\r\n");
                i += LineBreaks.LengthOf(text.AsSpan(i));
                continue;
            }

            Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var length);
            result.Append(rune.Value is < ' ' and not '\t' or 0x7F ? "\uFFFD" : rune.ToString());
            i += length;
        }

        return result.ToString();
    }

    private static bool Is7Bit(string text)
    {
        // "=_" begins the boundaries: with it encoded, no boundary can occur (RFC 2045 §6.7, note).
        if (!Ascii.IsValid(text) || text.Contains("=_", StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var line in text.Split("\r\n"))
        {
            if (line.Length > LongestPlainLine || line.StartsWith('.') || line.StartsWith("From ", StringComparison.Ordinal)
                || line.EndsWith(' ') || line.EndsWith('\t'))
            {
                return false;
            }
        }

        return true;
    }

    // Quoted-printable stays readable, and is the shorter one, while few octets need it: not in Greek, not in Chinese.
    private static bool PrefersBase64(string text)
    {
        var octets = Encoding.UTF8.GetByteCount(text);
        var plain = text.Count(static c => c is (>= ' ' and <= '~' and not '=') or '\t' or '\r' or '\n');
        return (octets - plain) * 3L > octets;
    }
}
