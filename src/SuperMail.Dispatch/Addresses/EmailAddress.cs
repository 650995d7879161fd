using System.Diagnostics.CodeAnalysis;

namespace SuperMail.Dispatch;

/// <summary>One mail address (addr-spec, RFC 5321 §4.1.2 and RFC 6531): parsed once, trusted from there on.</summary>
/// <remarks>
/// Taken: dot-atom and quoted local parts of at most 64 octets, also beyond ASCII; host names, internationalised ones
/// too; address literals. Refused: names, angle brackets, comments, blanks around, source routes, encoded-words,
/// several addresses, control characters, more than 254 octets.
/// </remarks>
public sealed class EmailAddress : IEquatable<EmailAddress>
{
    // RFC 5321 §4.5.3.1.3: a path has at most 256 octets, angle brackets included.
    private const int MaxOctets = 254;

    private string? _text;

    private EmailAddress(string localPart, string domain, bool needsSmtpUtf8)
    {
        LocalPart = localPart;
        Domain = domain;
        NeedsSmtpUtf8 = needsSmtpUtf8;
    }

    /// <summary>The local part exactly as given, quotes included when it is a quoted string.</summary>
    public string LocalPart { get; }

    /// <summary>The domain in lower case with A-labels (<c>xn--…</c>), or an address literal in brackets.</summary>
    public string Domain { get; }

    /// <summary>True when the local part is not ASCII, so that the server must offer SMTPUTF8 (RFC 6531).</summary>
    public bool NeedsSmtpUtf8 { get; }

    /// <summary>Parses one address.</summary>
    /// <exception cref="FormatException">It is not one addr-spec; the message says why and does not repeat the value.</exception>
    public static EmailAddress Parse(string text) =>
        TryParse(text, out var address, out var error) ? address : throw new FormatException(error);

    /// <summary>Parses one address; <paramref name="error"/> says which rule was broken, without repeating the value.</summary>
    public static bool TryParse(
        string? text,
        [NotNullWhen(true)] out EmailAddress? address,
        [NotNullWhen(false)] out string? error) => TryRead(text, out address, out error);

    /// <summary>The address as it stands in an envelope: local part, @, domain.</summary>
    public override string ToString() => _text ??= $"{LocalPart}@{Domain}";

    /// <summary>Same domain and same local part, letter case of ASCII ignored: what counts as a duplicate.</summary>
    public bool Equals(EmailAddress? other) =>
        other is not null && Domain == other.Domain
        && string.Equals(LocalPart, other.LocalPart, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as EmailAddress);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(StringComparer.OrdinalIgnoreCase.GetHashCode(LocalPart), Domain);

    /// <summary>Parses one address that is no string yet.</summary>
    internal static bool TryRead(
        ReadOnlySpan<char> text,
        [NotNullWhen(true)] out EmailAddress? address,
        [NotNullWhen(false)] out string? error)
    {
        address = null;
        if (text.IsEmpty || text.Length > MaxOctets)
        {
            error = text.IsEmpty ? AddressRules.Missing : AddressRules.TooLong;
            return false;
        }

        var at = LocalPartScanner.Scan(text, out var isAscii, out error);
        if (at < 0)
        {
            return Fail(ref error);
        }

        var domain = DomainScanner.Scan(text[(at + 1)..], out error);
        if (domain is null)
        {
            return Fail(ref error);
        }

        var localOctets = isAscii ? at : System.Text.Encoding.UTF8.GetByteCount(text[..at]);
        if (localOctets + 1 + domain.Length > MaxOctets)
        {
            error = AddressRules.TooLong;
            return false;
        }

        address = new EmailAddress(text[..at].ToString(), domain, !isAscii);
        return true;
    }

    private static bool Fail([NotNull] ref string? error)
    {
        error ??= AddressRules.NoAt;
        return false;
    }
}
