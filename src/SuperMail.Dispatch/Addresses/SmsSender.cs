using System.Diagnostics.CodeAnalysis;

namespace SuperMail.Dispatch;

/// <summary>The sender of text messages: a name, a phone number or a short code; parsed once, trusted from there on.</summary>
/// <remarks>
/// 3GPP TS 23.040 §9.1.2.5 leaves a name eleven GSM characters; networks agree on letters and digits, three at least.
/// Whether the sender is registered with a provider or a country is not checked.
/// </remarks>
public sealed record SmsSender
{
    private const int MinName = 3;
    private const int MaxName = 11;
    private const int MinCode = 3;
    private const int MaxCode = 8;
    private const int MinNumber = 7;
    private const int MaxNumber = 15;

    private SmsSender(string value, SmsSenderKind kind) => (Value, Kind) = (value, kind);

    /// <summary>The sender as it was given: <c>Example</c>, <c>+447700900123</c>, <c>447700900123</c> or <c>12345</c>.</summary>
    public string Value { get; }

    /// <summary>What kind of sender it is.</summary>
    public SmsSenderKind Kind { get; }

    /// <summary>The sender without the plus of a number, as gateways ask for it that take digits only.</summary>
    public string WithoutPlus => Value.StartsWith('+') ? Value[1..] : Value;

    /// <summary>Parses one sender.</summary>
    /// <param name="text">3 to 11 letters and digits, a phone number, or a short code.</param>
    /// <param name="allowPunctuation">True for a gateway that takes blank, <c>- + _ &amp;</c> in a name as well.</param>
    /// <exception cref="FormatException">It is none of them; the message says why.</exception>
    public static SmsSender Parse(string text, bool allowPunctuation = false) =>
        TryParse(text, out var sender, out var error, allowPunctuation) ? sender : throw new FormatException(error);

    /// <summary>Parses one sender; <paramref name="error"/> says which rule was broken.</summary>
    /// <param name="text">3 to 11 letters and digits, a phone number, or a short code; nothing around is ignored.</param>
    /// <param name="sender">The sender.</param>
    /// <param name="error">The broken rule.</param>
    /// <param name="allowPunctuation">True for a gateway that takes blank, <c>- + _ &amp;</c> in a name as well.</param>
    public static bool TryParse(
        string? text,
        [NotNullWhen(true)] out SmsSender? sender,
        [NotNullWhen(false)] out string? error,
        bool allowPunctuation = false)
    {
        sender = null;
        if (string.IsNullOrEmpty(text))
        {
            error = SmsSenderRules.Missing;
            return false;
        }

        var digits = text.AsSpan(text[0] == '+' ? 1 : 0);
        var kind = digits.ContainsAnyExceptInRange('0', '9') ? SmsSenderKind.Alphanumeric
            : text[0] != '+' && digits.Length <= MaxCode ? SmsSenderKind.ShortCode
            : SmsSenderKind.Numeric;
        error = kind switch
        {
            SmsSenderKind.Alphanumeric => NameFault(text, allowPunctuation),
            SmsSenderKind.ShortCode => digits.Length < MinCode ? SmsSenderRules.CodeTooShort : null,
            _ => digits.Length > MaxNumber ? SmsSenderRules.NumberTooLong
                : digits.Length < MinNumber ? SmsSenderRules.NumberTooShort
                : null,
        };
        sender = error is null ? new SmsSender(text, kind) : null;
        return sender is not null;
    }

    /// <summary>True when networks of this country refuse names: warn who sends there. The code +1 is the United States, Canada and others alike.</summary>
    public static bool RefusesAlphanumeric(CountryCode country) => country.Value == 1;

    /// <summary>The sender as it was given.</summary>
    public override string ToString() => Value;

    private static string? NameFault(string name, bool allowPunctuation)
    {
        foreach (var character in name)
        {
            if (!char.IsAsciiLetterOrDigit(character) && !(allowPunctuation && character is ' ' or '-' or '+' or '_' or '&'))
            {
                return allowPunctuation ? SmsSenderRules.PunctuatedCharacter : SmsSenderRules.Character;
            }
        }

        return name.Length is < MinName or > MaxName ? SmsSenderRules.NameLength
            : char.IsAsciiDigit(name[0]) ? SmsSenderRules.FirstDigit
            : !name.AsSpan().ContainsAnyInRange('A', 'Z') && !name.AsSpan().ContainsAnyInRange('a', 'z') ? SmsSenderRules.NoLetter
            : name[0] == ' ' || name[^1] == ' ' ? SmsSenderRules.Blanks
            : null;
    }
}
