using System.Net;

namespace SuperMail.Dispatch.Settings;

/// <summary>Says what is wrong with a host name, in words that help whoever pasted an URL.</summary>
internal static class HostName
{
    // RFC 1035 §2.3.4: 255 octets on the wire are 253 characters.
    private const int Longest = 253;

    /// <summary>The broken rule, or null for an IP address or a host name.</summary>
    public static string? Fault(string host)
    {
        if (host.Contains("://", StringComparison.Ordinal))
        {
            return "must be a host name or IP address without a scheme such as smtp://";
        }

        if (host.Any(character => char.IsWhiteSpace(character) || char.IsControl(character)))
        {
            return "must be a host name or IP address without blanks or control characters";
        }

        if (host.Contains('@', StringComparison.Ordinal))
        {
            return "must be a host name or IP address without a user name; UserName and Password have options of their own";
        }

        if (host.Contains('[', StringComparison.Ordinal) || host.Contains(']', StringComparison.Ordinal))
        {
            return "must be an IPv6 address without brackets; the port has an option of its own, Port";
        }

        if (host.Contains(':', StringComparison.Ordinal) && !IPAddress.TryParse(host, out _))
        {
            return "must be a host name or IP address without a port; it has an option of its own, Port";
        }

        return IsName(host) ? null : "must be an IP address or a host name";
    }

    /// <summary>The value as an error may show it: what stands before @ may be a password.</summary>
    public static string Shown(string host)
    {
        var at = host.LastIndexOf('@');
        return at < 0 ? host : "…" + host[at..];
    }

    public static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>RFC 5321 §4.1.1.1: EHLO takes a domain or an address literal, in ASCII.</summary>
    public static bool IsHelloName(string name) => System.Text.Ascii.IsValid(name)
        && (name is ['[', .. var literal, ']']
            ? IsLiteral(literal)
            : name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '.') && IsName(name));

    private static bool IsLiteral(string literal) =>
        literal.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase)
            ? Uri.CheckHostName(literal[5..]) == UriHostNameType.IPv6
            : Uri.CheckHostName(literal) == UriHostNameType.IPv4;

    // 10.0.0.256 would pass for a name; no top-level domain is a number (RFC 3696 §2).
    private static bool IsName(string host) => host.Length <= Longest && Uri.CheckHostName(host) switch
    {
        UriHostNameType.IPv4 => host.Count(character => character == '.') == 3,
        UriHostNameType.IPv6 => true,
        UriHostNameType.Dns => !host.TrimEnd('.').Split('.')[^1].All(char.IsAsciiDigit),
        _ => false,
    };
}
