using System.Buffers;

namespace SuperMail.Dispatch.Composing;

/// <summary>
/// Gathers a header field's text from the template and its values. Line breaks and tabs become a blank, other control
/// characters U+FFFD: whatever a value holds, a header stays one header (CVE-2024-6923, CVE-2012-0796).
/// </summary>
internal ref struct HeaderTextBuilder(Span<char> initial)
{
    private Span<char> _text = initial;
    private char[]? _rented;
    private int _length;

    /// <summary>What was gathered, without blanks at its ends.</summary>
    public readonly ReadOnlySpan<char> Text => ((ReadOnlySpan<char>)_text[.._length]).Trim(' ');

    public void Append(ReadOnlySpan<char> text)
    {
        if (_text.Length - _length < text.Length)
        {
            Grow(text.Length);
        }

        var target = _text[_length..];
        if (HeaderCharacters.IsPrintable(text))
        {
            text.CopyTo(target);
            _length += text.Length;
            return;
        }

        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\r' && i + 1 < text.Length && text[i + 1] == '\n')
            {
                continue;
            }

            _text[_length++] = c == '\t' || HeaderCharacters.IsLineBreak(c) ? ' '
                : char.IsControl(c) ? '\uFFFD'
                : c;
        }
    }

    public readonly void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<char>.Shared.Return(_rented);
        }
    }

    private void Grow(int more)
    {
        var larger = ArrayPool<char>.Shared.Rent(Math.Max(_text.Length * 2, _length + more));
        _text[.._length].CopyTo(larger);
        Dispose();
        _rented = larger;
        _text = larger;
    }
}
