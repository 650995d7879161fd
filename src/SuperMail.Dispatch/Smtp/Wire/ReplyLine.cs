using System.Globalization;

namespace SuperMail.Dispatch.Smtp;

/// <summary>One line of a reply, taken apart: code, separator, text (RFC 5321 §4.2).</summary>
internal readonly ref struct ReplyLine
{
    private ReplyLine(int code, bool isLast, ReadOnlySpan<byte> text)
    {
        Code = code;
        IsLast = isLast;
        Text = text;
    }

    public int Code { get; }

    public bool IsLast { get; }

    public ReadOnlySpan<byte> Text { get; }

    /// <summary>Parses a line without its line end. No digit outside 2 to 5 leads a reply (RFC 5321 §4.2.1).</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out ReplyLine reply)
    {
        reply = default;
        if (line.Length < 3 || line[0] is < (byte)'2' or > (byte)'5'
            || !char.IsAsciiDigit((char)line[1]) || !char.IsAsciiDigit((char)line[2])
            || (line.Length > 3 && line[3] is not ((byte)' ' or (byte)'-')))
        {
            return false;
        }

        var code = ((line[0] - '0') * 100) + ((line[1] - '0') * 10) + line[2] - '0';
        reply = new ReplyLine(code, line.Length == 3 || line[3] == ' ', line.Length > 4 ? line[4..] : default);
        return true;
    }

    /// <summary>
    /// Takes an enhanced status code off the head of a text (RFC 2034 §3). A code whose class disagrees with the
    /// reply's first digit is ignored and stays part of the text.
    /// </summary>
    public static EnhancedStatusCode TakeEnhanced(int replyCode, ref ReadOnlySpan<byte> text)
    {
        if (text.Length < 5 || text[1] != '.' || text[0] - '0' != replyCode / 100 || text[0] is (byte)'3')
        {
            return default;
        }

        var rest = text[2..];
        if (!TryTakeNumber(ref rest, out var subject) || rest.IsEmpty || rest[0] != '.')
        {
            return default;
        }

        rest = rest[1..];
        if (!TryTakeNumber(ref rest, out var detail) || !(rest.IsEmpty || rest[0] == ' '))
        {
            return default;
        }

        var code = new EnhancedStatusCode((byte)(text[0] - '0'), subject, detail);
        text = rest.IsEmpty ? rest : rest[1..];
        return code;
    }

    private static bool TryTakeNumber(ref ReadOnlySpan<byte> text, out ushort number)
    {
        var digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        digits = digits < 0 ? text.Length : digits;
        number = 0;
        if (digits is < 1 or > 3 || !ushort.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            return false;
        }

        text = text[digits..];
        return true;
    }
}
