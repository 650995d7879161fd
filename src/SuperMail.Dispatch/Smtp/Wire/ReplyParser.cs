using System.Buffers;
using System.Text;

namespace SuperMail.Dispatch.Smtp;

/// <summary>
/// Puts lines together to replies. Holds the state of a reply that is not whole yet, so that it may come byte by byte.
/// </summary>
internal sealed class ReplyParser
{
    /// <summary>The caps without which a hostile relay could feed us for ever.</summary>
    public const int MaxLine = 4096;
    private const int MaxReply = 64 * 1024;
    private const int MaxLines = 128;

    private int _code;
    private EnhancedStatusCode _enhanced;
    private ArrayBufferWriter<char>? _text;
    private int _lines;
    private int _octets;

    /// <summary>Takes as many lines as needed off <paramref name="bytes"/>; false = the reply is not whole yet.</summary>
    /// <exception cref="WireException">What came is not a reply.</exception>
    public bool TryParse(ref ReadOnlySpan<byte> bytes, bool keepText, out SmtpReply reply)
    {
        while (true)
        {
            var end = bytes.IndexOf((byte)'\n');
            if (end >= MaxLine || (end < 0 && bytes.Length >= MaxLine))
            {
                throw Garbage("a reply line of more than 4096 octets");
            }

            if (end < 0)
            {
                reply = default;
                return false;
            }

            var line = bytes[..end];
            bytes = bytes[(end + 1)..];
            if (Add(line.EndsWith((byte)'\r') ? line[..^1] : line, keepText, out reply))
            {
                return true;
            }
        }
    }

    private bool Add(ReadOnlySpan<byte> bytes, bool keepText, out SmtpReply reply)
    {
        if (!ReplyLine.TryParse(bytes, out var line))
        {
            throw Garbage("a line that is not a reply");
        }

        var text = line.Text;
        var enhanced = ReplyLine.TakeEnhanced(line.Code, ref text);
        if (_lines == 0)
        {
            _code = line.Code;
            _enhanced = enhanced;
        }
        else if (line.Code != _code)
        {
            // RFC 5321 §4.2.1: the code of every line is the same.
            throw Garbage("a reply whose lines have different codes");
        }

        _octets += bytes.Length + 2;
        if (++_lines > MaxLines || _octets > MaxReply)
        {
            throw Garbage("a reply of more than 128 lines or 64 KiB");
        }

        if (keepText || line.Code >= 400)
        {
            _text ??= new ArrayBufferWriter<char>(256);
            if (_lines > 1)
            {
                _text.Write("\n");
            }

            Encoding.UTF8.GetChars(text, _text);
        }

        reply = default;
        if (!line.IsLast)
        {
            return false;
        }

        reply = new SmtpReply(_code, _enhanced, keepText || _code >= 400 ? new string(_text!.WrittenSpan) : null);
        _lines = _octets = 0;
        _text?.ResetWrittenCount();
        return true;
    }

    private static WireException Garbage(string what) => new(WireFault.Garbage, $"The relay sent {what}.");
}
