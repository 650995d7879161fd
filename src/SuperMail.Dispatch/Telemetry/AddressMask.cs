using System.Buffers;
using System.Text;

namespace SuperMail.Dispatch.Telemetry;

/// <summary>
/// Masks every address-like run of a text: <c>jane.doe@example.org</c> becomes <c>j***@example.org</c>. The at sign may
/// be encoded as relays do it in links (<c>%40</c>), in xtext (<c>+40</c>, RFC 3461 §4) and in quoted-printable (<c>=40</c>).
/// </summary>
internal static class AddressMask
{
    // A shorter local part would be found in every other word.
    private const int ShortestName = 3;

    private static readonly SearchValues<char> s_notLocal = SearchValues.Create(
        "\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000A\u000B\u000C\u000D\u000E\u000F\u007F <>()[]:;,@\uFF20\\\"");

    private static readonly SearchValues<char> s_atStarts = SearchValues.Create("@\uFF20%+=");

    /// <summary>The same text when nothing in it looks like an address.</summary>
    public static string Mask(string text)
    {
        if (!text.AsSpan().ContainsAny(s_atStarts))
        {
            return text;
        }

        var masked = new StringBuilder(text.Length);
        var rest = text.AsSpan();
        for (var at = NextAt(rest, out var length); at >= 0; at = NextAt(rest, out length))
        {
            // Looked at once from each side: linear, whatever the text.
            var start = LocalStart(rest[..at]);
            masked.Append(rest[..start]);
            if (start < at)
            {
                masked.Append(char.IsHighSurrogate(rest[start]) || rest[start] == '"' ? "" : rest[start].ToString()).Append("***");
            }

            masked.Append(rest.Slice(at, length));
            rest = rest[(at + length)..];
        }

        return masked.Append(rest).ToString();
    }

    /// <summary>As <see cref="Mask(string)"/>, and a known local part also where it stands alone (<c>user jane.doe unknown</c>).</summary>
    public static string Mask(string text, string localPart)
    {
        var name = localPart.Trim('"');
        return Mask(name.Length < ShortestName ? text : text.Replace(name, "***", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The next at sign, plain or encoded; its length in characters.</summary>
    private static int NextAt(ReadOnlySpan<char> text, out int length)
    {
        for (var from = 0; ; from++)
        {
            var next = text[from..].IndexOfAny(s_atStarts);
            from += next;
            length = next < 0 ? 0 : text[from] is '@' or '\uFF20' ? 1 : IsEncodedAt(text[from..]) ? 3 : 0;
            if (next < 0 || length > 0)
            {
                return next < 0 ? -1 : from;
            }
        }
    }

    // "size=4096" is none, so that a letter must follow; a percent sign stands for little else.
    private static bool IsEncodedAt(ReadOnlySpan<char> text) =>
        text[1..].StartsWith("40") && (text[0] == '%' || (text.Length > 3 && char.IsAsciiLetter(text[3])));

    private static int LocalStart(ReadOnlySpan<char> before)
    {
        if (before is not [.., '"'])
        {
            return before.LastIndexOfAny(s_notLocal) + 1;
        }

        // RFC 5321 §4.1.2: a quote behind an odd number of backslashes belongs to the local part.
        for (var open = before.Length - 2; open >= 0; open--)
        {
            if (before[open] != '"')
            {
                continue;
            }

            var quote = open;
            while (open > 0 && before[open - 1] == '\\')
            {
                open--;
            }

            if ((quote - open) % 2 == 0)
            {
                return quote;
            }
        }

        return before.Length - 1;
    }
}
