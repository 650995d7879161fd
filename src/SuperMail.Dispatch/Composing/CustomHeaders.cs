using System.Collections.Frozen;

namespace SuperMail.Dispatch.Composing;

/// <summary>The caller's own header fields: names and values are checked when the mailing is made.</summary>
internal static class CustomHeaders
{
    // Written by the composer, set by relays, or such that header and envelope would disagree.
    private static readonly FrozenSet<string> Refused = Set(
        "From", "Sender", "To", "Cc", "Bcc", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version",
        "List-Unsubscribe", "List-Unsubscribe-Post", "Return-Path", "Received", "Delivered-To", "DKIM-Signature",
        "DomainKey-Signature", "Authentication-Results", "Received-SPF");

    private static readonly string[] RefusedPrefixes = ["Content-", "Resent-", "ARC-"];

    // Fields whose values have a grammar, in which an encoded-word would be read as it stands (RFC 2047 §5).
    private static readonly FrozenSet<string> Structured = Set(
        "In-Reply-To", "References", "Auto-Submitted", "Precedence", "Importance", "Priority", "X-Priority", "Sensitivity",
        "Disposition-Notification-To", "Return-Receipt-To", "Errors-To", "Expires", "Supersedes", "Archived-At",
        "List-Id", "List-Help", "List-Subscribe", "List-Post", "List-Owner", "List-Archive",
        "Feedback-ID", "Autocrypt", "TLS-Required", "X-Auto-Response-Suppress", "X-SES-Configuration-Set");

    /// <summary>What a header is called in refusals; a name that is none is not repeated.</summary>
    public static string PartOf(string name) => HeaderCharacters.IsFieldName(name) ? $"header '{name}'" : "Headers";

    public static void Write(TemplateContent content, IReadOnlyList<string> fieldNames, PieceList pieces)
    {
        foreach (var (name, value) in content.Headers)
        {
            if (!HeaderCharacters.IsFieldName(name))
            {
                throw new MailingRefusedException("Headers: a header's name is 1 to 60 letters, digits and hyphens.");
            }

            if (Refused.Contains(name) || Array.Exists(RefusedPrefixes, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            {
                throw new MailingRefusedException($"header '{name}': this field is written by the library or by relays and cannot be set.");
            }

            var part = PartOf(name);
            if (value is null || HeaderCharacters.HoldsControl(value))
            {
                throw new MailingRefusedException($"{part}: the value is missing or holds a line break or a control character.");
            }

            HeaderPiece.AddTo(pieces, name, TemplateText.Parse(part, value, content.TagStyle), Structured.Contains(name), fieldNames);
        }
    }

    private static FrozenSet<string> Set(params string[] names) => names.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
