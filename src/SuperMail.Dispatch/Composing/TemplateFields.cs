namespace SuperMail.Dispatch.Composing;

/// <summary>Which merge fields a mailing's content uses.</summary>
internal static class TemplateFields
{
    /// <summary>Always known: the parsed address.</summary>
    public const string RecipientAddress = "recipient.address";

    /// <summary>Always known: the name beside the address.</summary>
    public const string RecipientName = "recipient.name";

    /// <summary>The distinct field names that the tags use, in order, without the built-in ones; letter case is ignored.</summary>
    /// <param name="content">What the mailing says.</param>
    /// <param name="envelopeFrom">Where bounces return, with tags, or null.</param>
    /// <param name="knownFields">What recipients bring; null = any name is taken for known.</param>
    /// <exception cref="MailingRefusedException">A tag is unclosed, empty, or unknown and without fallback: names tag, part and position.</exception>
    public static IReadOnlyList<string> Collect(EmailContent content, string? envelopeFrom, IReadOnlyCollection<string>? knownFields) =>
        Collect(Texts(content, envelopeFrom), knownFields);

    /// <summary>The same for parts that are cut already.</summary>
    public static IReadOnlyList<string> Collect(IEnumerable<TemplateText> texts, IReadOnlyCollection<string>? knownFields)
    {
        var known = knownFields is null ? null : new HashSet<string>(knownFields, StringComparer.OrdinalIgnoreCase);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { RecipientAddress, RecipientName };
        var names = new List<string>();
        foreach (var text in texts)
        {
            foreach (var token in text.Tokens)
            {
                if (!token.IsTag || !seen.Add(token.Text))
                {
                    continue;
                }

                names.Add(token.Text);
            }

            foreach (var token in text.Tokens)
            {
                if (token.IsTag && token.Fallback is null && known is not null && !known.Contains(token.Text)
                    && !IsBuiltIn(token.Text))
                {
                    throw text.Refuse(token, $"the tag '{token.Text}' is unknown and has no fallback. Known: {string.Join(", ", known.Order(StringComparer.OrdinalIgnoreCase).Take(20).DefaultIfEmpty("none"))}; {RecipientAddress}, {RecipientName}.");
                }
            }
        }

        return names;
    }

    public static bool IsBuiltIn(string name) =>
        name.Equals(RecipientAddress, StringComparison.OrdinalIgnoreCase)
        || name.Equals(RecipientName, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<TemplateText> Texts(EmailContent content, string? envelopeFrom)
    {
        var style = content is TemplateContent { TagStyle: var chosen } ? chosen : TagStyle.Braces;
        if (content is TemplateContent template)
        {
            yield return TemplateText.Parse(
                "Subject", template.Subject ?? throw new MailingRefusedException("Subject: it is null; an empty one is \"\"."), style);
            yield return TemplateText.Parse("Text", template.Text ?? "", style);
            yield return TemplateText.Parse("Html", template.Html ?? "", style);
            foreach (var (name, value) in template.Headers)
            {
                yield return TemplateText.Parse(CustomHeaders.PartOf(name), value ?? "", style);
            }

            yield return TemplateText.Parse("List-Unsubscribe", template.ListUnsubscribe?.Url ?? "", style);
            yield return TemplateText.Parse("List-Unsubscribe", template.ListUnsubscribe?.MailTo ?? "", style);
        }

        yield return TemplateText.Parse("EnvelopeFrom", envelopeFrom ?? "", style);
    }
}
