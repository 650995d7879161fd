using System.Net;
using System.Text.Encodings.Web;

namespace SuperMail.Dispatch.SmsGateways.Generic;

/// <summary>Where a value is put: it arrives literally, whatever it holds.</summary>
internal enum ValueContext
{
    /// <summary>As it is.</summary>
    Plain,

    /// <summary>In an address or a form (RFC 3986 §2.1).</summary>
    Percent,

    /// <summary>Within the quotes of a JSON string (RFC 8259 §7).</summary>
    Json,

    /// <summary>Between tags or within the quotes of an attribute.</summary>
    Xml,

    /// <summary>Within <c>&lt;![CDATA[ … ]]&gt;</c>, which nothing escapes: its end is divided over two of them.</summary>
    CData,
}

/// <summary>Encodes values by their place.</summary>
internal static class ValueContexts
{
    public static string Encode(ValueContext context, string value) => context switch
    {
        ValueContext.Percent => Uri.EscapeDataString(value),
        ValueContext.Json => JavaScriptEncoder.Default.Encode(value),
        ValueContext.Xml => WebUtility.HtmlEncode(value).Replace("\n", "&#10;", StringComparison.Ordinal),
        ValueContext.CData => value.Replace("]]>", "]]]]><![CDATA[>", StringComparison.Ordinal),
        _ => value,
    };

    /// <summary>The context of a place in a body of this media type.</summary>
    public static ValueContext Of(string mediaType, ReadOnlySpan<char> before)
    {
        if (mediaType.Contains("json", StringComparison.OrdinalIgnoreCase))
        {
            return ValueContext.Json;
        }

        if (mediaType.Contains("xml", StringComparison.OrdinalIgnoreCase))
        {
            var opened = before.LastIndexOf("<![CDATA[", StringComparison.Ordinal);
            return opened >= 0 && before[opened..].IndexOf("]]>", StringComparison.Ordinal) < 0 ? ValueContext.CData : ValueContext.Xml;
        }

        return mediaType.Contains("x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) ? ValueContext.Percent : ValueContext.Plain;
    }
}
