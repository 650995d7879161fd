using System.Collections.Frozen;

namespace SuperMail.Dispatch.Composing;

/// <summary>What an attribute's value means, as far as a merge value in it is concerned (HTML Living Standard, "Attributes").</summary>
internal static class HtmlAttributes
{
    /// <summary>Elements whose content is no markup: a value in it is code or style sheet.</summary>
    public static readonly FrozenSet<string> RawElements = Set(
        "script", "style", "xmp", "iframe", "noembed", "noframes", "plaintext");

    /// <summary>Elements whose content is text alone: references are read, tags are not.</summary>
    public static readonly FrozenSet<string> TextElements = Set("title", "textarea");

    private static readonly FrozenSet<string> Urls = Set(
        "href", "src", "action", "formaction", "cite", "background", "poster", "data", "longdesc", "usemap",
        "xlink:href", "manifest", "icon", "codebase", "classid", "profile", "dynsrc", "lowsrc");

    // Style sheets, lists of URLs, documents in an attribute, and the attributes by which SVG changes others.
    private static readonly FrozenSet<string> Refused = Set(
        "style", "srcset", "imagesrcset", "srcdoc", "ping", "archive", "values", "from", "to", "by");

    // Elements that run, embed or rebase what their address names: a value must not choose it.
    private static readonly FrozenSet<string> Loaders = Set("script", "iframe", "frame", "object", "embed", "applet", "link", "base");

    public static bool IsUrl(string attribute) => Urls.Contains(attribute);

    /// <summary>Why no tag may stand in the attribute, or null.</summary>
    public static string? WhyRefused(string element, string attribute) =>
        attribute.StartsWith("on", StringComparison.OrdinalIgnoreCase) ? $"the event handler '{attribute}', whose value is code"
        : Refused.Contains(attribute) || (element is "meta" && attribute is "content") ? $"the attribute '{attribute}', whose value has a language of its own"
        : Loaders.Contains(element) && IsUrl(attribute) ? $"the address of <{element}>, which chooses what is run or shown"
        : null;

    private static FrozenSet<string> Set(params string[] names) => names.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
