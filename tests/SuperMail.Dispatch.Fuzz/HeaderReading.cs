using System.Buffers;
using System.Globalization;
using System.Text;
using SuperMail.Dispatch.Composing;

namespace SuperMail.Dispatch.Fuzz;

/// <summary>Reads one written header field back by the plainest means (RFC 5322 §2.2.3, RFC 2047).</summary>
internal static class HeaderReading
{
    /// <summary>The field's text unfolded, encoded-words as they stand.</summary>
    /// <exception cref="FuzzException">It is not one field, or not as it may stand on a wire.</exception>
    public static string Text(MessageBuffer buffer, string name)
    {
        buffer.CloseOwn(mayNeedStuffing: false);
        var writer = new ArrayBufferWriter<byte>();
        buffer.CopyTo(writer);
        var field = Encoding.UTF8.GetString(writer.WrittenSpan);
        if (!field.EndsWith("\r\n", StringComparison.Ordinal) || !field.StartsWith(name + ":", StringComparison.Ordinal))
        {
            throw new FuzzException("it is no header field");
        }

        var lines = field[..^2].Split("\r\n");
        foreach (var (number, line) in lines.Index())
        {
            if (line.Any(static c => c is < ' ' or '\u007f') || Encoding.UTF8.GetByteCount(line) > 998
                || (number > 0 && (line.TrimStart(' ').Length == 0 || line[0] != ' ')))
            {
                throw new FuzzException("a line of the header is bare, too long, empty, or another field");
            }
        }

        return string.Concat(lines)[(name.Length + 1)..].TrimStart(' ');
    }

    /// <summary>Encoded-words decoded; the blanks between two of them fall away (RFC 2047 §6.2).</summary>
    public static string Decode(string text)
    {
        var decoded = new StringBuilder();
        var wasWord = false;
        for (var i = 0; i < text.Length;)
        {
            var start = text.IndexOf("=?utf-8?", i, StringComparison.Ordinal);
            if (start < 0)
            {
                return decoded.Append(text, i, text.Length - i).ToString();
            }

            var end = text.IndexOf("?=", start + 10, StringComparison.Ordinal);
            if (!wasWord || text[i..start].Trim(' ').Length > 0)
            {
                decoded.Append(text, i, start - i);
            }

            var inside = text[(start + 10)..end];
            decoded.Append(Encoding.UTF8.GetString(text[start + 8] == 'B' ? Convert.FromBase64String(inside) : Q(inside)));
            (i, wasWord) = (end + 2, true);
        }

        return decoded.ToString();
    }

    /// <summary>The hexadecimal form of RFC 2047 §4.2, which quoted-printable shares.</summary>
    public static byte[] Q(string text, bool isHeader = true)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '=')
            {
                bytes.Add(byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 2;
            }
            else
            {
                bytes.Add((byte)(isHeader && text[i] == '_' ? ' ' : text[i]));
            }
        }

        return [.. bytes];
    }
}
