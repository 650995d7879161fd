using System.Text;

namespace SuperMail.Dispatch.Composing;

/// <summary>A stretch of a template: literal text, or a tag with its field's name.</summary>
/// <param name="IsTag">Which of the two.</param>
/// <param name="Text">The literal text with escapes resolved, or the field's name.</param>
/// <param name="Fallback">What a tag says when the recipient has no value, or null.</param>
/// <param name="Offset">Where it begins in the template.</param>
internal readonly record struct TemplateToken(bool IsTag, string Text, string? Fallback, int Offset);

/// <summary>One part of a template, cut into literal text and tags by one pass from left to right.</summary>
/// <param name="Part">What the caller calls it: 'Subject', 'Text', 'Html', …</param>
/// <param name="Source">The whole text, for positions.</param>
/// <param name="Tokens">In order; no two literals in a row.</param>
internal sealed record TemplateText(string Part, string Source, IReadOnlyList<TemplateToken> Tokens)
{
    private const int MaxTag = 1024;

    public bool HasTags => Tokens.Any(static token => token.IsTag);

    /// <summary>Cuts a text. An opening written twice (<c>{{{{</c>) is one literal opening.</summary>
    public static TemplateText Parse(string part, string source, TagStyle style)
    {
        var (open, close) = style == TagStyle.Brackets ? ("[[", "]]") : ("{{", "}}");
        var tokens = new List<TemplateToken>();
        var literal = new StringBuilder();
        var literalStart = 0;
        for (var i = 0; i < source.Length;)
        {
            var next = source.IndexOf(open, i, StringComparison.Ordinal);
            literal.Append(source, i, (next < 0 ? source.Length : next) - i);
            if (next < 0)
            {
                break;
            }

            i = next + open.Length;
            if (string.CompareOrdinal(source, i, open, 0, open.Length) == 0)
            {
                literal.Append(open);
                i += open.Length;
                continue;
            }

            if (literal.Length > 0)
            {
                tokens.Add(new TemplateToken(false, literal.ToString(), null, literalStart));
                literal.Clear();
            }

            var end = source.AsSpan(i, Math.Min(MaxTag, source.Length - i)).IndexOf(close, StringComparison.Ordinal);
            tokens.Add(ReadTag(part, source, next, i, end, open, close));
            i += end + close.Length;
            literalStart = i;
        }

        if (literal.Length > 0)
        {
            tokens.Add(new TemplateToken(false, literal.ToString(), null, literalStart));
        }

        return new TemplateText(part, source, tokens);
    }

    /// <summary>A refusal that points at a token.</summary>
    public MailingRefusedException Refuse(TemplateToken token, string what) =>
        TemplatePosition.Refuse(Part, Source, token.Offset, what);

    private static TemplateToken ReadTag(string part, string source, int offset, int start, int length, string open, string close)
    {
        if (length < 0)
        {
            throw TemplatePosition.Refuse(part, source, offset, $"the tag is not closed with '{close}'. To write a plain '{open}', write '{open}{open}'.");
        }

        var inside = source.AsSpan(start, length);
        var bar = inside.IndexOf('|');
        var name = (bar < 0 ? inside : inside[..bar]).Trim();
        if (name.IsEmpty)
        {
            throw TemplatePosition.Refuse(part, source, offset, "the tag names no field.");
        }

        foreach (var c in name)
        {
            if (char.IsControl(c) || c is '{' or '}' or '[' or ']' or '<' or '>' or '"')
            {
                throw TemplatePosition.Refuse(part, source, offset, "the tag's field name holds a line break, a bracket, a quote or a control character; is an earlier tag unclosed?");
            }
        }

        return new TemplateToken(true, name.ToString(), bar < 0 ? null : inside[(bar + 1)..].ToString(), offset);
    }
}
