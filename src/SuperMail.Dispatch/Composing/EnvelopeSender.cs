namespace SuperMail.Dispatch.Composing;

/// <summary>The envelope sender: From, a fixed address, the null reverse-path, or one made of a recipient's values (VERP).</summary>
internal sealed class EnvelopeSender
{
    private readonly EmailAddress? _fixed;
    private readonly (string? Literal, MergeField? Field)[]? _parts;

    private EnvelopeSender(EmailAddress? address, (string? Literal, MergeField? Field)[]? parts)
    {
        _fixed = address;
        _parts = parts;
    }

    /// <summary>Reads <see cref="EmailDefinition.EnvelopeFrom"/>; empty and <c>&lt;&gt;</c> are the null reverse-path.</summary>
    public static EnvelopeSender Compile(EmailDefinition definition)
    {
        if (definition.EnvelopeFrom is not { } source)
        {
            return new EnvelopeSender(definition.From, null);
        }

        if (source.Trim() is "" or "<>")
        {
            return new EnvelopeSender(null, null); // RFC 5321 §4.5.5
        }

        var style = definition.Content is TemplateContent { TagStyle: var chosen } ? chosen : TagStyle.Braces;
        var text = TemplateText.Parse("EnvelopeFrom", source, style);
        if (!text.HasTags)
        {
            return EmailAddress.TryParse(text.Tokens[0].Text, out var address, out var error)
                ? new EnvelopeSender(address, null)
                : throw new MailingRefusedException($"EnvelopeFrom: {error}");
        }

        // A value must not choose where bounces go: the '@' and the domain stand behind the last tag.
        var last = text.Tokens[^1];
        var sample = string.Concat(text.Tokens.Select(static token => token.IsTag ? "x" : token.Text));
        if (last.IsTag || !last.Text.Contains('@') || !EmailAddress.TryParse(sample, out _, out _))
        {
            throw text.Refuse(last, "tags may stand in the local part only, and the text around them must make an address with them.");
        }

        return new EnvelopeSender(null, [.. text.Tokens.Select(token =>
            token.IsTag ? (null, MergeField.Bind(text, token, definition.FieldNames)) : (token.Text, (MergeField?)null))]);
    }

    public bool TryMake(in ComposeInput input, out EmailAddress? from, out string? error)
    {
        from = _fixed;
        error = null;
        if (_parts is null)
        {
            return true;
        }

        // Longer than any address, so that a value that does not fit is never cut into one that does.
        Span<char> text = stackalloc char[320];
        var length = 0;
        foreach (var (literal, field) in _parts)
        {
            var value = literal ?? field!.ValueOf(input);
            if (value is null)
            {
                error = field!.Missing;
                return false;
            }

            if (!value.TryCopyTo(text[length..]))
            {
                error = $"EnvelopeFrom: {AddressRules.TooLong}";
                return false;
            }

            length += value.Length;
        }

        if (EmailAddress.TryRead(text[..length], out from, out error))
        {
            return true;
        }

        error = $"EnvelopeFrom: with this recipient's values: {error}";
        return false;
    }
}
