namespace SuperMail.Dispatch.Composing;

/// <summary>One text part: its two header fields and its body, with the values' places left open.</summary>
internal static class TextBody
{
    /// <summary>Writes the part; what it ends with is not a line break unless the text itself ends with one.</summary>
    /// <returns>True when it ends at the start of a line.</returns>
    public static bool Write(TemplateText text, bool isHtml, IReadOnlyList<string> fieldNames, PieceList pieces)
    {
        pieces.Static.WriteAscii(isHtml ? "Content-Type: text/html; charset=utf-8\r\n" : "Content-Type: text/plain; charset=utf-8\r\n");
        if (!text.HasTags)
        {
            // Escaped openings are resolved already, so at most one literal is left.
            return StaticText.Write(text.Tokens.Count == 0 ? "" : text.Tokens[0].Text, pieces.Static);
        }

        // A value may hold anything, so that only quoted-printable is always right.
        pieces.Static.WriteAscii("Content-Transfer-Encoding: quoted-printable\r\n\r\n");
        var html = isHtml ? new HtmlScanner() : null;
        var column = 0;
        for (var i = 0; i < text.Tokens.Count; i++)
        {
            var token = text.Tokens[i];
            if (!token.IsTag)
            {
                html?.Read(token.Text);
                column = QuotedPrintable.Write(token.Text, ValueContext.Text, pieces.Static);
                if (column > 0 && i + 1 < text.Tokens.Count)
                {
                    pieces.Static.WriteAscii("=\r\n"); // each value begins a line of its own
                }

                continue;
            }

            string? refusal = null;
            var context = html?.ContextOfTag(out refusal) ?? ValueContext.Text;
            if (refusal is not null)
            {
                throw text.Refuse(token, $"the tag '{token.Text}' stands {refusal}; no value can be made safe there.");
            }

            if (context == ValueContext.WholeUrl && token.Fallback is { Length: > 0 } fallback && !UrlRule.IsWhole(fallback))
            {
                throw text.Refuse(token, $"the fallback of '{token.Text}' stands for a whole URL and must be an absolute http, https, mailto or tel URL.");
            }

            var endsLine = i + 1 == text.Tokens.Count || (!text.Tokens[i + 1].IsTag && text.Tokens[i + 1].Text[0] is '\r' or '\n');
            pieces.Add(new BodyValuePiece(MergeField.Bind(text, token, fieldNames), context, !endsLine));
            column = 1; // unknown: the value decides
        }

        return column == 0;
    }
}

/// <summary>One value in a quoted-printable body. It begins at a line's start and leaves the next piece at one.</summary>
/// <param name="field">Where the value comes from.</param>
/// <param name="context">How it is encoded.</param>
/// <param name="breakAfter">False where the template's own line break, or the part's end, follows.</param>
internal sealed class BodyValuePiece(MergeField field, ValueContext context, bool breakAfter) : Piece
{
    private readonly string _notUrl = $"{field.Name}: the value stands for a whole URL and must be an absolute http, https, mailto or tel URL.";

    public override string? Write(in ComposeInput input, MessageBuffer buffer)
    {
        if (field.ValueOf(input) is not { } value)
        {
            return field.Missing;
        }

        if (context == ValueContext.WholeUrl && !UrlRule.IsWhole(value))
        {
            return _notUrl;
        }

        var column = QuotedPrintable.Write(value, context, buffer);
        if (column > 0 && breakAfter)
        {
            buffer.WriteAscii("=\r\n");
        }

        return null;
    }
}
