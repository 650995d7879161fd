using System.Buffers;
using System.Text;

namespace SuperMail.Dispatch.Composing;

/// <summary>
/// A whole message made elsewhere, put in order: line ends become CRLF, Bcc and Return-Path go, header and body are
/// told apart. What is in order already is not copied.
/// </summary>
internal sealed class RawMessage
{
    // RFC 5321 §4.5.3.1.6 and RFC 5322 §2.1.1
    private const int LongestLine = 998;

    private readonly ReadOnlyMemory<byte> _source;
    private ReadOnlyMemory<byte> _result;
    private ArrayBufferWriter<byte>? _copy;
    private int _pendingFrom;
    private bool _hasField;
    private bool _inHeader = true;
    private bool _removing;
    private bool _has8Bit;
    private bool _has8BitHeader;
    private bool _hasDotLine;

    private RawMessage(ReadOnlyMemory<byte> source) => _source = source;

    /// <summary>Reads a message; <paramref name="error"/> says which rule it breaks.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> source, out RawMessage? message, out string? error)
    {
        var reading = new RawMessage(source);
        error = source.IsEmpty ? "the message is empty." : reading.Read();
        message = error is null ? reading : null;
        return error is null;
    }

    /// <summary>Writes the message, by reference.</summary>
    public void WriteTo(MessageBuffer buffer)
    {
        buffer.Append(_result, _hasDotLine);
        buffer.Has8Bit = _has8Bit;
        buffer.NeedsSmtpUtf8 = _has8BitHeader; // RFC 6532 §3
    }

    private string? Read()
    {
        var source = _source.Span;
        for (var position = 0; position < source.Length;)
        {
            var rest = source[position..];
            var length = rest.IndexOfAny((byte)'\r', (byte)'\n', (byte)0);
            length = length < 0 ? rest.Length : length;
            var line = rest[..length];
            if (length > LongestLine)
            {
                return $"a line has more than {LongestLine} octets (RFC 5322 §2.1.1).";
            }

            if (length < rest.Length && rest[length] == 0)
            {
                return "it holds a NUL octet.";
            }

            var ending = length == rest.Length ? 0 : LineBreaks.LengthOf(rest[length..]);
            if (ReadLine(line, position) is { } error)
            {
                return error;
            }

            if (_removing)
            {
                Replace(position, length + ending, default);
            }
            else if (ending != 2 || rest[length] != '\r' || rest[length + 1] != '\n')
            {
                Replace(position + length, ending, "\r\n"u8);
            }

            position += length + ending;
        }

        if (!_hasField)
        {
            return "it has no header fields.";
        }

        if (_inHeader)
        {
            Replace(source.Length, 0, "\r\n"u8); // RFC 5322 §3.5: the empty line, without a body
        }

        Finish();
        return null;
    }

    private string? ReadLine(ReadOnlySpan<byte> line, int position)
    {
        if (_inHeader && ReadHeaderLine(line, position) is { } error)
        {
            return error;
        }

        if (_removing || line.IsEmpty)
        {
            return null;
        }

        _hasDotLine |= line[0] == '.';
        if (!Ascii.IsValid(line))
        {
            _has8Bit = true;
            _has8BitHeader |= _inHeader;
        }

        return null;
    }

    private string? ReadHeaderLine(ReadOnlySpan<byte> line, int position)
    {
        if (!line.IsEmpty && line[0] is (byte)' ' or (byte)'\t' && _hasField)
        {
            return null; // a folded field goes or stays whole
        }

        _removing = false;
        if (TryReadFieldName(line, out var name))
        {
            _hasField = true;
            _removing = Ascii.EqualsIgnoreCase(name, "Bcc"u8) || Ascii.EqualsIgnoreCase(name, "Resent-Bcc"u8)
                || Ascii.EqualsIgnoreCase(name, "Return-Path"u8);
            return null;
        }

        if (!_hasField)
        {
            return "it does not begin with a header field.";
        }

        _inHeader = false;
        if (!line.IsEmpty)
        {
            Replace(position, 0, "\r\n"u8); // the body begins without the empty line before it
        }

        return null;
    }

    // RFC 5322 §3.6.8, and §4.5: blanks before the colon in the obsolete form.
    private static bool TryReadFieldName(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name)
    {
        var colon = line.IndexOf((byte)':');
        name = colon <= 0 ? default : line[..colon].TrimEnd(" \t"u8);
        return !name.IsEmpty && !name.ContainsAnyExceptInRange((byte)'!', (byte)'~');
    }

    /// <summary>Puts other octets in the place of some of the source's.</summary>
    private void Replace(int position, int length, ReadOnlySpan<byte> by)
    {
        _copy ??= new ArrayBufferWriter<byte>(_source.Length + 64);
        _copy.Write(_source.Span[_pendingFrom..position]);
        _copy.Write(by);
        _pendingFrom = position + length;
    }

    private void Finish()
    {
        if (_copy is null)
        {
            _result = _source;
            return;
        }

        _copy.Write(_source.Span[_pendingFrom..]);
        _result = _copy.WrittenMemory;
        _copy = null;
    }
}
