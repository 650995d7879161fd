using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SuperMail.Dispatch;

/// <summary>Scans a domain and puts it into its one form: lower-case A-labels, or an address literal (RFC 5321 §4.1.2, §4.1.3).</summary>
internal static class DomainScanner
{
    private const int MaxOctets = 255;
    private const int MaxLabel = 63;
    private const int CacheSize = 512;

    private static readonly SearchValues<char> LabelCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");

    private static readonly SearchValues<char> Ipv6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true, AllowUnassigned = false };

    // Mailings go to few domains: the last valid one of each hash is kept. Writes of references are atomic, a lost
    // write costs a scan, and the size is fixed, so no lock is needed.
    private static readonly string?[] Cache = new string?[CacheSize];

    /// <summary>The domain in its one form, or null with the rule that is broken.</summary>
    public static string? Scan(ReadOnlySpan<char> text, out string? error)
    {
        if (text.IsEmpty)
        {
            error = AddressRules.NoDomain;
            return null;
        }

        if (text[0] == '[')
        {
            return ScanLiteral(text, out error);
        }

        ref var slot = ref Cache[(uint)string.GetHashCode(text, StringComparison.OrdinalIgnoreCase) % CacheSize];
        if (slot is { } known && text.Equals(known, StringComparison.OrdinalIgnoreCase))
        {
            error = null;
            return known;
        }

        var domain = Ascii.IsValid(text) ? ScanAscii(text, out error) : ScanUnicode(text, out error);
        if (domain is not null)
        {
            slot = domain;
        }

        return domain;
    }

    private static string? ScanUnicode(ReadOnlySpan<char> text, out string? error)
    {
        error = text.Length > MaxOctets ? AddressRules.DomainTooLong : null;
        foreach (var c in text)
        {
            error ??= char.IsControl(c) ? AddressRules.Control : null;
        }

        if (error is not null)
        {
            return null;
        }

        string mapped;
        try
        {
            mapped = Idn.GetAscii(text.ToString());
        }
        catch (ArgumentException)
        {
            // The exception's own text repeats the value.
            error = AddressRules.Idn;
            return null;
        }

        // Mapping may make any ASCII of a compatibility character: only the scan of the result is believed.
        return Ascii.IsValid(mapped) ? ScanAscii(mapped, out error) : Refuse(AddressRules.Idn, out error);
    }

    private static string? ScanAscii(ReadOnlySpan<char> text, out string? error)
    {
        error = text.Length > MaxOctets ? AddressRules.DomainTooLong : null;
        var hasALabel = false;
        var lastLabel = ReadOnlySpan<char>.Empty;
        for (var rest = text; error is null;)
        {
            var dot = rest.IndexOf('.');
            lastLabel = dot < 0 ? rest : rest[..dot];
            error = CheckLabel(lastLabel);
            hasALabel |= lastLabel.StartsWith("xn--", StringComparison.OrdinalIgnoreCase);
            if (dot < 0)
            {
                break;
            }

            rest = rest[(dot + 1)..];
        }

        error ??= lastLabel.IndexOfAnyExceptInRange('0', '9') < 0 ? AddressRules.NumericDomain : null;
        if (error is not null)
        {
            return null;
        }

        var domain = string.Create(text.Length, text, static (lower, source) => Ascii.ToLower(source, lower, out _));
        return hasALabel && !RoundTrips(domain) ? Refuse(AddressRules.IdnRoundTrip, out error) : domain;
    }

    private static string? CheckLabel(ReadOnlySpan<char> label)
    {
        if (label.IsEmpty)
        {
            return AddressRules.DomainDots;
        }

        var bad = label.IndexOfAnyExcept(LabelCharacters);
        return bad >= 0 ? (char.IsControl(label[bad]) ? AddressRules.Control : AddressRules.DomainCharacter)
            : label.Length > MaxLabel ? AddressRules.LabelTooLong
            : label[0] == '-' || label[^1] == '-' ? AddressRules.LabelHyphen
            : null;
    }

    private static bool RoundTrips(string domain)
    {
        try
        {
            return Idn.GetAscii(Idn.GetUnicode(domain)) == domain;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string? ScanLiteral(ReadOnlySpan<char> text, out string? error)
    {
        error = null;
        if (text[^1] == ']')
        {
            var inner = text[1..^1];
            if (IsIpv4(inner))
            {
                return text.ToString();
            }

            // The platform's parser also takes scopes and brackets: only what RFC 5321 §4.1.3 spells may reach it.
            const string tag = "IPv6:";
            if (inner.StartsWith(tag, StringComparison.OrdinalIgnoreCase)
                && !inner[tag.Length..].ContainsAnyExcept(Ipv6Characters)
                && IPAddress.TryParse(inner[tag.Length..], out var address)
                && address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                return $"[{tag}{address}]";
            }
        }

        return Refuse(AddressRules.Literal, out error);
    }

    // The platform's parser takes octal, hexadecimal and short forms, so that two hosts may read two addresses.
    private static bool IsIpv4(ReadOnlySpan<char> text)
    {
        var octets = 0;
        foreach (var range in text.Split('.'))
        {
            var octet = text[range];
            if (++octets > 4 || octet.Length is 0 or > 3 || octet.ContainsAnyExceptInRange('0', '9')
                || (octet.Length > 1 && octet[0] == '0') || int.Parse(octet, CultureInfo.InvariantCulture) > 255)
            {
                return false;
            }
        }

        return octets == 4;
    }

    private static string? Refuse(string rule, out string? error)
    {
        error = rule;
        return null;
    }
}
