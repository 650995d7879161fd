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

    // Whole, and not in its parts: mostly the very text that was parsed, so that an address costs this object alone.
    private readonly string _text;
    private readonly int _at;
    private string? _localPart;

    private EmailAddress(string text, int at, string domain, bool needsSmtpUtf8)
    {
        _text = text;
        _at = at;
        Domain = domain;
        NeedsSmtpUtf8 = needsSmtpUtf8;
    }

    /// <summary>The local part exactly as given, quotes included when it is a quoted string.</summary>
    public string LocalPart => _localPart ??= _text[.._at];

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
        [NotNullWhen(false)] out string? error) => TryRead(text, text, out address, out error);

    /// <summary>The address as it stands in an envelope: local part, @, domain.</summary>
    public override string ToString() => _text;

    /// <summary>Same domain and same local part, letter case of ASCII ignored: what counts as a duplicate.</summary>
    public bool Equals(EmailAddress? other) =>
        other is not null && Domain == other.Domain && Local.Equals(other.Local, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as EmailAddress);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(string.GetHashCode(Local, StringComparison.OrdinalIgnoreCase), Domain);

    /// <summary>The local part, without a string of its own.</summary>
    internal ReadOnlySpan<char> Local => _text.AsSpan(0, _at);

    /// <summary>Parses one address that is no string yet.</summary>
    internal static bool TryRead(
        ReadOnlySpan<char> text,
        [NotNullWhen(true)] out EmailAddress? address,
        [NotNullWhen(false)] out string? error) => TryRead(text, null, out address, out error);

    /// <summary>Judges one address without making anything of it: the index of its '@' and the domain in its one form.</summary>
    internal static bool TrySplit(
        ReadOnlySpan<char> text,
        out int at,
        [NotNullWhen(true)] out string? domain,
        out bool needsSmtpUtf8,
        [NotNullWhen(false)] out string? error)
    {
        (at, domain, needsSmtpUtf8) = (-1, null, false);
        if (text.IsEmpty || text.Length > MaxOctets)
        {
            error = text.IsEmpty ? AddressRules.Missing : AddressRules.TooLong;
            return false;
        }

        at = LocalPartScanner.Scan(text, out var isAscii, out error);
        if (at < 0)
        {
            return Fail(ref error);
        }

        domain = DomainScanner.Scan(text[(at + 1)..], out error);
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

        needsSmtpUtf8 = !isAscii;
        return true;
    }

    // The same text twice: the string, where there is one, is kept when it is in its one form.
    private static bool TryRead(
        ReadOnlySpan<char> text,
        string? whole,
        [NotNullWhen(true)] out EmailAddress? address,
        [NotNullWhen(false)] out string? error)
    {
        address = null;
        if (!TrySplit(text, out var at, out var domain, out var needsSmtpUtf8, out error))
        {
            return false;
        }

        var kept = whole is not null && text[(at + 1)..].SequenceEqual(domain) ? whole : $"{text[..at]}@{domain}";
        address = new EmailAddress(kept, at, domain, needsSmtpUtf8);
        return true;
    }

    private static bool Fail([NotNull] ref string? error)
    {
        error ??= AddressRules.NoAt;
        return false;
    }
}
