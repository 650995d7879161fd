using System.Buffers;
using System.Text;

namespace SuperMail.Dispatch.Composing;

/// <summary>
/// Writes text as UTF-8 quoted-printable (RFC 2045 §6.7), straight into the message: lines of at most 76, every CR, LF
/// and CRCRLF one CRLF, blanks before a line's end, a dot and <c>From </c> at its start encoded.
/// </summary>
internal ref struct QuotedPrintable
{
    // One column is left for the soft break's '='.
    private const int LastColumn = 75;

    // The longest that is written between two checks: a full line, its soft break, one escaped character.
    private const int Margin = 128;

    private readonly MessageBuffer _output;
    private Span<byte> _span;
    private int _written;
    private int _column;

    private QuotedPrintable(MessageBuffer output, int expected)
    {
        _output = output;
        _span = output.GetSpan(expected + Margin);
    }

    /// <summary>Writes a text from the start of a line.</summary>
    /// <returns>The column after it; 0 when it ended with a line break or was empty.</returns>
    public static int Write(ReadOnlySpan<char> text, ValueContext context, MessageBuffer output)
    {
        var writer = new QuotedPrintable(output, Math.Min(text.Length + (text.Length / 16), 16 * 1024));
        writer.Write(text, context);
        output.Advance(writer._written);
        return writer._column;
    }

    private void Write(ReadOnlySpan<char> text, ValueContext context)
    {
        var plain = PlainCharacters.Of(context);
        while (!text.IsEmpty)
        {
            Reserve();
            if (_column == 0 && EscapesLineStart(text))
            {
                WriteOctet((byte)text[0]);
                text = text[1..];
                continue;
            }

            var room = Math.Min(LastColumn - _column, text.Length);
            var run = text[..room].IndexOfAnyExcept(plain);
            run = run < 0 ? room : run;
            if (run > 0 && IsBlank(text[run - 1]) && EndsLine(text[run..]))
            {
                // RFC 2045 §6.7 rule 3: a blank before a line's end, or where a line may end, is encoded.
                run--;
                CopyAscii(text[..run]);
                BreakUnlessRoomFor(3);
                WriteOctet((byte)text[run]);
                text = text[(run + 1)..];
                continue;
            }

            CopyAscii(text[..run]);
            text = text[run..];
            if (text.IsEmpty)
            {
                return;
            }

            if (text[0] is '\r' or '\n' && context != ValueContext.UrlComponent)
            {
                text = text[WriteLineBreak(text)..];
            }
            else if (_column == LastColumn)
            {
                SoftBreak();
            }
            else
            {
                text = text[WriteSpecial(text, context)..];
            }
        }
    }

    /// <summary>A dot could pass for the end of data, and some stores rewrite a line that begins with From.</summary>
    private static bool EscapesLineStart(ReadOnlySpan<char> text) =>
        text[0] == '.' || (text[0] == 'F' && text.StartsWith("From"));

    private static bool IsBlank(char c) => c is ' ' or '\t';

    private static bool EndsLine(ReadOnlySpan<char> rest) => rest.IsEmpty || rest[0] is '\r' or '\n';

    private int WriteSpecial(ReadOnlySpan<char> text, ValueContext context)
    {
        Rune.DecodeFromUtf16(text, out var rune, out var length); // a lone surrogate becomes U+FFFD
        if (rune.Value is < ' ' and not ('\t' or '\r' or '\n') or 0x7F)
        {
            rune = Rune.ReplacementChar; // NUL and the controls mean nothing in a text, and break some readers
        }

        if (context == ValueContext.UrlComponent)
        {
            WritePercent(rune);
        }
        else if (context != ValueContext.Text && Reference(rune.Value) is { IsEmpty: false } reference)
        {
            BreakUnlessRoomFor(reference.Length);
            reference.CopyTo(_span[_written..]);
            Moved(reference.Length);
        }
        else
        {
            Span<byte> octets = stackalloc byte[4];
            var count = rune.EncodeToUtf8(octets);
            BreakUnlessRoomFor(3 * count); // one character's octets stay on one line
            foreach (var octet in octets[..count])
            {
                WriteOctet(octet);
            }
        }

        return length;
    }

    private void WritePercent(Rune rune)
    {
        Span<byte> octets = stackalloc byte[4];
        var count = rune.EncodeToUtf8(octets);
        BreakUnlessRoomFor(3 * count);
        foreach (var octet in octets[..count])
        {
            WriteHex((byte)'%', octet);
        }
    }

    private static ReadOnlySpan<byte> Reference(int character) => character switch
    {
        '&' => "&amp;"u8,
        '<' => "&lt;"u8,
        '>' => "&gt;"u8,
        '"' => "&quot;"u8,
        '\'' => "&#39;"u8,
        _ => default,
    };

    private int WriteLineBreak(ReadOnlySpan<char> text)
    {
        "\r\n"u8.CopyTo(_span[_written..]);
        _written += 2;
        _column = 0;
        return LineBreaks.LengthOf(text);
    }

    private void CopyAscii(ReadOnlySpan<char> run)
    {
        Ascii.FromUtf16(run, _span[_written..], out var count);
        Moved(count);
    }

    private void WriteOctet(byte octet) => WriteHex((byte)'=', octet);

    private void WriteHex(byte mark, byte octet)
    {
        var target = _span.Slice(_written, 3);
        target[0] = mark;
        target[1] = "0123456789ABCDEF"u8[octet >> 4];
        target[2] = "0123456789ABCDEF"u8[octet & 15];
        Moved(3);
    }

    private void Moved(int count)
    {
        _written += count;
        _column += count;
    }

    private void BreakUnlessRoomFor(int columns)
    {
        if (_column + columns > LastColumn)
        {
            SoftBreak();
        }
    }

    private void SoftBreak()
    {
        "=\r\n"u8.CopyTo(_span[_written..]);
        _written += 3;
        _column = 0;
    }

    private void Reserve()
    {
        if (_span.Length - _written < Margin)
        {
            _output.Advance(_written);
            _written = 0;
            _span = _output.GetSpan(4 * Margin);
        }
    }
}
