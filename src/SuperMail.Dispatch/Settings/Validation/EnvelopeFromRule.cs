using System.Text;

namespace SuperMail.Dispatch.Settings;

/// <summary>Where bounces return: one address, in which tags may stand for parts of it (VERP).</summary>
internal static class EnvelopeFromRule
{
    private static readonly (string Open, string Close)[] Styles = [("{{", "}}"), ("[[", "]]")];

    /// <summary>The broken rule, or null. Whether its tags are known is judged where the fields are known.</summary>
    public static string? Fault(string text)
    {
        var plain = text;
        foreach (var (open, close) in Styles)
        {
            if (WithoutTags(plain, open, close) is not { } without)
            {
                return $"has a tag that is not closed: {open} without {close}";
            }

            plain = without;
        }

        // A lone tag stands for a whole address, known only when the recipient is.
        if (plain is [Filler] && plain != text)
        {
            return null;
        }

        return EmailAddress.TryParse(plain, out _, out var error)
            ? null
            : $"must be one address, tags allowed ({error.TrimEnd('.')})";
    }

    private const char Filler = 'x';

    private static string? WithoutTags(string text, string open, string close)
    {
        var plain = new StringBuilder();
        var position = 0;
        while (text.IndexOf(open, position, StringComparison.Ordinal) is var start and >= 0)
        {
            var end = text.IndexOf(close, start + open.Length, StringComparison.Ordinal);
            if (end < 0)
            {
                return null;
            }

            plain.Append(text, position, start - position).Append(Filler);
            position = end + close.Length;
        }

        return plain.Append(text, position, text.Length - position).ToString();
    }
}
