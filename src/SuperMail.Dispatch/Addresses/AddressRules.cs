namespace SuperMail.Dispatch;

/// <summary>What an address is refused with: each says its rule and never repeats the value, which may be hostile or private.</summary>
internal static class AddressRules
{
    public const string Missing = "The address is missing.";
    public const string TooLong = "An address may have at most 254 octets (RFC 5321 §4.5.3.1.3).";
    public const string NoAt = "An address needs a local part, one '@' and a domain.";
    public const string NoLocalPart = "An address needs a local part before its '@'.";
    public const string LocalPartTooLong = "A local part may have at most 64 octets (RFC 5321 §4.5.3.1.1).";
    public const string LocalPartCharacter =
        "The address holds a character that no local part may hold: give one address alone, without name, angle brackets, comment or blank (RFC 5321 §4.1.2).";
    public const string LocalPartDots = "A local part must not begin or end with a dot nor hold two dots in a row.";
    public const string LocalPartQuotes = "A quoted local part must end with its quote, right before the '@' (RFC 5321 §4.1.2).";
    public const string EncodedWord = "An address must not hold an encoded-word (RFC 2047 §5).";
    public const string Control = "An address must not hold control characters or line breaks.";
    public const string Surrogate = "The address is not well-formed Unicode text.";
    public const string NoDomain = "An address needs a domain after its '@'.";
    public const string DomainTooLong = "A domain may have at most 255 octets (RFC 5321 §4.5.3.1.2).";
    public const string DomainCharacter = "A domain may hold letters, digits, hyphens and dots only, and an address one '@' only.";
    public const string DomainDots = "A domain must not begin or end with a dot nor hold an empty label.";
    public const string LabelTooLong = "A label of a domain may have at most 63 octets (RFC 1035 §2.3.4).";
    public const string LabelHyphen = "A label of a domain must not begin or end with a hyphen (RFC 1123 §2.1).";
    public const string NumericDomain = "A domain must not end in a number: an IP address stands in brackets (RFC 5321 §4.1.3).";
    public const string Idn = "The domain is no valid internationalised domain name (RFC 5891).";
    public const string IdnRoundTrip = "A label that begins with 'xn--' must be the A-label of a valid name (RFC 5890 §2.3.2.1).";
    public const string Literal = "An address literal must be [1.2.3.4] or [IPv6:…] (RFC 5321 §4.1.3).";
}
