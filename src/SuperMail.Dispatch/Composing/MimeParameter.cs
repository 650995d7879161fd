using System.Text;

namespace SuperMail.Dispatch.Composing;

/// <summary>One parameter of a MIME header field, on lines of its own: quoted while it is short ASCII, else by RFC 2231.</summary>
internal static class MimeParameter
{
    private const int LongestQuoted = 60;
    private const int LongestSection = 54;

    public static void Write(string name, string value, MessageBuffer output)
    {
        // With a '?' it could pass for an encoded-word, which some readers decode within quotes.
        if (value.Length <= LongestQuoted && HeaderCharacters.IsPrintable(value) && !value.AsSpan().ContainsAny("\"\\?"))
        {
            output.WriteAscii($";\r\n {name}=\"{value}\"");
            return;
        }

        // RFC 2231 §3 and §4: sections, the first with the charset; a character's octets are not cut in two.
        var sections = Sections(value);
        for (var i = 0; i < sections.Count; i++)
        {
            var number = sections.Count == 1 ? "" : $"*{i}";
            output.WriteAscii($";\r\n {name}{number}*={(i == 0 ? "utf-8''" : "")}{sections[i]}");
        }
    }

    private static List<string> Sections(string value)
    {
        var sections = new List<string>();
        var section = new StringBuilder();
        Span<byte> octets = stackalloc byte[4];
        foreach (var rune in value.EnumerateRunes())
        {
            var length = section.Length;
            if (rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value is '-' or '.' or '_'))
            {
                section.Append((char)rune.Value);
            }
            else
            {
                foreach (var octet in octets[..rune.EncodeToUtf8(octets)])
                {
                    section.Append('%').Append(octet.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
                }
            }

            if (section.Length > LongestSection)
            {
                sections.Add(section.ToString(0, length));
                section.Remove(0, length);
            }
        }

        sections.Add(section.ToString());
        return sections;
    }
}
