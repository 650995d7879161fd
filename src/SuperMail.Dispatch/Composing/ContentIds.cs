namespace SuperMail.Dispatch.Composing;

/// <summary>Checks that the HTML part and the inline images fit together (RFC 2392).</summary>
internal static class ContentIds
{
    public static void Check(string? html, IReadOnlyList<Attachment> inline)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in inline)
        {
            if (!IsContentId(file.ContentId!))
            {
                throw new MailingRefusedException($"Inline image '{FileName.Clean(file.FileName)}': a content id is 1 to 200 letters, digits and . _ - + @, so that 'cid:' names it without encoding (RFC 2392).");
            }

            if (!ids.Add(file.ContentId!))
            {
                throw new MailingRefusedException($"Inline image '{FileName.Clean(file.FileName)}': the content id '{file.ContentId}' is used twice.");
            }
        }

        var referenced = References(html ?? "");
        foreach (var id in referenced)
        {
            if (!ids.Contains(id))
            {
                throw new MailingRefusedException($"Html: 'cid:{id}' names no inline image. Known: {string.Join(", ", ids.DefaultIfEmpty("none"))}.");
            }
        }

        foreach (var id in ids)
        {
            if (!referenced.Contains(id))
            {
                throw new MailingRefusedException($"The inline image '{id}' is not shown: no 'cid:{id}' in the Html part.");
            }
        }
    }

    private static bool IsContentId(string id) => id.Length is > 0 and <= 200 && id.All(IsIdCharacter);

    private static bool IsIdCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '+' or '@';

    /// <summary>What the HTML calls by <c>cid:</c> as a value: behind a quote, a parenthesis or an equals sign.</summary>
    private static HashSet<string> References(string html)
    {
        const string scheme = "cid:";
        var found = new HashSet<string>(StringComparer.Ordinal);
        for (var at = html.IndexOf(scheme, StringComparison.OrdinalIgnoreCase); at >= 0;
            at = html.IndexOf(scheme, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var start = at + scheme.Length;
            var end = start;
            while (end < html.Length && IsIdCharacter(html[end]))
            {
                end++;
            }

            if (at > 0 && html[at - 1] is '"' or '\'' or '(' or '=' && end > start)
            {
                found.Add(html[start..end]);
            }
        }

        return found;
    }
}
