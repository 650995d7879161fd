using System.Text;

namespace SuperMail.Dispatch.Composing;

/// <summary>
/// Reads the literal text of an HTML template as a browser's tokenizer would, so far as is needed to know where a tag
/// stands. What it is not sure of, it takes for a place where no tag may stand.
/// </summary>
/// <remarks>States and their names: HTML Living Standard, "Tokenization".</remarks>
internal sealed class HtmlScanner
{
    private readonly StringBuilder _name = new();
    private readonly StringBuilder _value = new();
    private State _state;
    private string _element = "";
    private string _attribute = "";
    private bool _isEndTag;
    private int _tagsInValue;

    private enum State
    {
        Text,
        TagOpen,
        TagName,
        BeforeAttribute,
        AttributeName,
        AfterAttributeName,
        BeforeValue,
        DoubleQuoted,
        SingleQuoted,
        Unquoted,
        Comment,
        BogusComment,
        RawText,
        ElementText,
    }

    /// <summary>Reads literal text up to the next tag.</summary>
    public void Read(string literal)
    {
        for (var i = 0; i < literal.Length;)
        {
            i = Step(literal, i);
        }
    }

    /// <summary>How a value here is encoded; or why no tag may stand here.</summary>
    public ValueContext ContextOfTag(out string? refusal)
    {
        refusal = _state switch
        {
            State.Text or State.ElementText => null,
            State.DoubleQuoted or State.SingleQuoted => WhyRefusedInValue(),
            State.Comment or State.BogusComment => "in a comment",
            State.RawText => $"inside <{_element}>",
            State.BeforeValue or State.Unquoted => "in an attribute value without quotes",
            _ => "inside an HTML tag, outside of a quoted attribute value",
        };
        if (refusal is not null || _state is State.Text or State.ElementText)
        {
            return ValueContext.Html;
        }

        var first = _tagsInValue++ == 0 && _value.ToString().AsSpan().Trim().IsEmpty;
        return !HtmlAttributes.IsUrl(_attribute) ? ValueContext.Html
            : first ? ValueContext.WholeUrl
            : ValueContext.UrlComponent;
    }

    private string? WhyRefusedInValue()
    {
        if (HtmlAttributes.WhyRefused(_element, _attribute) is { } reason)
        {
            return "in " + reason;
        }

        return HtmlAttributes.IsUrl(_attribute) && _tagsInValue == 0 && !UrlRule.IsSafePrefix(_value.ToString())
            ? $"in a URL ('{_attribute}') that is neither relative nor http, https, mailto or tel"
            : null;
    }

    private int Step(string text, int i)
    {
        var c = text[i];
        switch (_state)
        {
            case State.Text:
                var open = text.IndexOf('<', i);
                return open < 0 ? text.Length : Go(State.TagOpen, open + 1);

            case State.TagOpen:
                return OpenTag(text, i);

            case State.TagName:
                if (IsBlank(c) || c is '/' or '>')
                {
                    _element = _name.ToString().ToLowerInvariant();
                    return c == '>' ? CloseTag(i) : Go(State.BeforeAttribute, i + 1);
                }

                _name.Append(c);
                return i + 1;

            case State.BeforeAttribute:
                if (c == '>')
                {
                    return CloseTag(i);
                }

                _name.Clear();
                return IsBlank(c) || c == '/' ? i + 1 : Go(State.AttributeName, Append(c, i));

            case State.AttributeName:
                if (IsBlank(c) || c is '/' or '>' or '=')
                {
                    _attribute = _name.ToString().ToLowerInvariant();
                    _value.Clear();
                    _tagsInValue = 0;
                    return Go(State.AfterAttributeName, i);
                }

                return Append(c, i);

            case State.AfterAttributeName:
                return IsBlank(c) ? i + 1
                    : c == '=' ? Go(State.BeforeValue, i + 1)
                    : Go(State.BeforeAttribute, i);

            case State.BeforeValue:
                return IsBlank(c) ? i + 1
                    : c == '"' ? Go(State.DoubleQuoted, i + 1)
                    : c == '\'' ? Go(State.SingleQuoted, i + 1)
                    : c == '>' ? CloseTag(i)
                    : Go(State.Unquoted, i + 1);

            case State.DoubleQuoted or State.SingleQuoted:
                if (c == (_state == State.DoubleQuoted ? '"' : '\''))
                {
                    return Go(State.BeforeAttribute, i + 1);
                }

                _value.Append(c);
                return i + 1;

            case State.Unquoted:
                return c == '>' ? CloseTag(i) : IsBlank(c) ? Go(State.BeforeAttribute, i + 1) : i + 1;

            case State.Comment:
                return SkipComment(text, i);

            case State.BogusComment:
                var end = text.IndexOf('>', i);
                return end < 0 ? text.Length : Go(State.Text, end + 1);

            default:
                return SkipElement(text, i);
        }
    }

    private int OpenTag(string text, int i)
    {
        var c = text[i];
        if (string.CompareOrdinal(text, i, "!--", 0, 3) == 0)
        {
            // "<!-->" and "<!--->" are whole comments.
            return Go(State.Comment, i + 1);
        }

        _isEndTag = c == '/';
        if (_isEndTag && i + 1 < text.Length)
        {
            c = text[++i];
        }

        if (char.IsAsciiLetter(c))
        {
            _name.Clear();
            return Go(State.TagName, Append(c, i));
        }

        return _isEndTag || c is '!' or '?' ? Go(State.BogusComment, i) : Go(State.Text, i);
    }

    private int CloseTag(int i) => Go(
        _isEndTag ? State.Text
        : HtmlAttributes.RawElements.Contains(_element) ? State.RawText
        : HtmlAttributes.TextElements.Contains(_element) ? State.ElementText
        : State.Text,
        i + 1);

    private int SkipElement(string text, int i)
    {
        var close = "</" + _element;

        // A script that opens a comment may hold "</script>" without ending: all the rest counts as script. Looked for
        // once, so that a thousand ends that are none cost no more than their length.
        var comment = _element == "script" ? text.IndexOf("<!--", i, StringComparison.Ordinal) : -1;
        for (var end = i; ; end++)
        {
            end = text.IndexOf(close, end, StringComparison.OrdinalIgnoreCase);
            if (end < 0 || (comment >= 0 && comment < end))
            {
                return text.Length;
            }

            var after = end + close.Length;
            if (after >= text.Length || IsBlank(text[after]) || text[after] is '/' or '>')
            {
                return Go(State.TagOpen, end + 1);
            }
        }
    }

    private int SkipComment(string text, int i)
    {
        while (true)
        {
            i = text.IndexOf("--", i, StringComparison.Ordinal);
            if (i < 0)
            {
                return text.Length;
            }

            var after = text.AsSpan(i + 2);
            if (after.StartsWith(">") || after.StartsWith("!>"))
            {
                return Go(State.Text, i + (after[0] == '>' ? 3 : 4));
            }

            i++;
        }
    }

    private int Append(char c, int i)
    {
        _name.Append(c);
        return i + 1;
    }

    private int Go(State state, int next)
    {
        _state = state;
        return next;
    }

    private static bool IsBlank(char c) => c is ' ' or '\t' or '\r' or '\n' or '\f';
}
