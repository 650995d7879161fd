using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;

namespace SuperMail.Dispatch.Smtp;

/// <summary>The name said in EHLO: what is set, else this host's full name, else its address literal (RFC 5321 §4.1.1.1, §4.1.3).</summary>
internal static class EhloName
{
    private static readonly Lazy<string?> s_hostName = new(FindHostName);

    public static string Of(EmailSettings settings, IPAddress? local) =>
        !string.IsNullOrWhiteSpace(settings.LocalName) ? settings.LocalName : s_hostName.Value ?? Literal(local ?? IPAddress.Loopback);

    /// <summary>An ASCII name with a dot and nothing in it that is no host name; else null.</summary>
    public static string? Usable(string name) =>
        name.Contains('.', StringComparison.Ordinal) && !name.StartsWith('.') && Ascii.IsValid(name)
        && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_') && !IPAddress.TryParse(name, out _)
            ? name
            : null;

    /// <summary>Such as <c>[192.0.2.1]</c> and <c>[IPv6:2001:db8::1]</c>.</summary>
    public static string Literal(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily == AddressFamily.InterNetworkV6
            ? $"[IPv6:{new IPAddress(plain.GetAddressBytes())}]"
            : $"[{plain}]";
    }

    private static string? FindHostName()
    {
        try
        {
            var host = IPGlobalProperties.GetIPGlobalProperties();
            return Usable(host.HostName) ?? Usable($"{host.HostName}.{host.DomainName}");
        }
        catch (NetworkInformationException)
        {
            return null;
        }
    }
}
