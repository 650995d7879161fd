namespace SuperMail.Dispatch.Composing;

/// <summary>List-Unsubscribe (RFC 2369 §3.2) and List-Unsubscribe-Post (RFC 8058 §3.1).</summary>
internal static class UnsubscribeHeaders
{
    private const string Part = "List-Unsubscribe";

    public static void Write(TemplateContent content, IReadOnlyList<string> fieldNames, PieceList pieces)
    {
        if (content.ListUnsubscribe is not { } list)
        {
            return;
        }

        var url = string.IsNullOrWhiteSpace(list.Url) ? null : TemplateText.Parse(Part, list.Url.Trim(), content.TagStyle);
        var mailTo = string.IsNullOrWhiteSpace(list.MailTo) ? null : TemplateText.Parse(Part, WithScheme(list.MailTo.Trim()), content.TagStyle);
        if (url is null && mailTo is null)
        {
            throw new MailingRefusedException($"{Part}: give a Url, a MailTo or both.");
        }

        // RFC 8058 §3.1: exactly one https URI, which must tell the recipient from the others.
        var qualifies = url is { HasTags: true } && (url.Tokens[0].IsTag || IsHttps(url.Tokens[0].Text));
        if (list.OneClick == true && !qualifies)
        {
            throw new MailingRefusedException($"{Part}: OneClick needs a Url that is https and carries a tag of the recipient (RFC 8058 §3.1).");
        }

        var oneClick = list.OneClick ?? qualifies;
        var uris = new List<UriTemplate>();
        if (url is not null)
        {
            uris.Add(UriTemplate.Compile(url, oneClick ? UriDemand.HttpsOnly : UriDemand.Web, fieldNames));
        }

        if (mailTo is not null)
        {
            uris.Add(UriTemplate.Compile(mailTo, UriDemand.MailTo, fieldNames));
        }

        pieces.Add(new UriHeaderPiece(Part, [.. uris]));
        if (oneClick)
        {
            pieces.Static.WriteAscii("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
        }
    }

    private static bool IsHttps(string text) => text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    private static string WithScheme(string mailTo) =>
        mailTo.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) ? mailTo : "mailto:" + mailTo;
}
