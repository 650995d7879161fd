using System.Diagnostics.CodeAnalysis;

namespace SuperMail.Dispatch;

/// <summary>One mail address (addr-spec, RFC 5321 §4.1.2 and RFC 6531): parsed once, trusted from there on.</summary>
public sealed class EmailAddress : IEquatable<EmailAddress>
{
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
        [NotNullWhen(false)] out string? error)
    {
        var at = text?.LastIndexOf('@') ?? -1;
        address = null;
        error = null;
        if (at <= 0 || at == text!.Length - 1)
        {
            error = "An address needs a local part, '@' and a domain.";
            return false;
        }

        address = new EmailAddress(text[..at], text[(at + 1)..].ToLowerInvariant(), false);
        return true;
    }

    /// <summary>The address as it stands in an envelope: local part, @, domain.</summary>
    public override string ToString() => $"{LocalPart}@{Domain}";

    /// <summary>Same domain and same local part, letter case of ASCII ignored: what counts as a duplicate.</summary>
    public bool Equals(EmailAddress? other) =>
        other is not null && Domain == other.Domain
        && string.Equals(LocalPart, other.LocalPart, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as EmailAddress);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(StringComparer.OrdinalIgnoreCase.GetHashCode(LocalPart), Domain);
}
