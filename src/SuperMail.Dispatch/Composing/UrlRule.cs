namespace SuperMail.Dispatch.Composing;

/// <summary>When a value may stand for a whole URL, and which schemes a template may write before a tag.</summary>
/// <remarks>A closed list: <c>javascript:</c>, <c>data:</c> and whatever else a reader may run are no links.</remarks>
internal static class UrlRule
{
    private static readonly string[] WebSchemes = ["https", "http"];
    private static readonly string[] OtherSchemes = ["mailto", "tel"];

    /// <summary>True for an absolute http, https, mailto or tel URL without blanks or control characters.</summary>
    public static bool IsWhole(ReadOnlySpan<char> value, bool httpsOnly = false)
    {
        var colon = value.IndexOf(':');
        if (colon <= 0)
        {
            return false;
        }

        foreach (var c in value)
        {
            if (char.IsControl(c) || char.IsWhiteSpace(c))
            {
                return false;
            }
        }

        var scheme = value[..colon];
        var rest = value[(colon + 1)..];
        if (IsOneOf(scheme, WebSchemes))
        {
            return (!httpsOnly || scheme.Equals("https", StringComparison.OrdinalIgnoreCase))
                && rest.StartsWith("//") && rest.Length > 2 && rest[2] is not ('/' or '\\' or '?' or '#' or ':' or '@');
        }

        return !httpsOnly && IsOneOf(scheme, OtherSchemes) && !rest.IsEmpty;
    }

    /// <summary>
    /// True when the text before the first tag of a URL either names an allowed scheme or cannot name one at all:
    /// a component inside <c>javascript:</c> is decoded before it is run, so percent-encoding is no help there.
    /// </summary>
    public static bool IsSafePrefix(ReadOnlySpan<char> prefix)
    {
        prefix = prefix.Trim();
        var end = prefix.IndexOfAny("/?#");
        var head = end < 0 ? prefix : prefix[..end];
        if (head.Contains('&'))
        {
            return false; // a character reference could spell a scheme
        }

        var colon = head.IndexOf(':');
        return colon < 0 || IsOneOf(head[..colon], WebSchemes) || IsOneOf(head[..colon], OtherSchemes);
    }

    private static bool IsOneOf(ReadOnlySpan<char> scheme, string[] allowed)
    {
        foreach (var name in allowed)
        {
            if (scheme.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
