namespace SuperMail.Dispatch;

/// <summary>What a sender of text messages is refused with.</summary>
internal static class SmsSenderRules
{
    public const string Missing = "The sender is missing.";
    public const string Character =
        "A sender may hold the letters A-Z a-z and digits only, or be a phone number of digits with an optional '+' before them.";
    public const string PunctuatedCharacter =
        "A sender may hold the letters A-Z a-z, digits, blank, - + _ & only, or be a phone number of digits with an optional '+' before them.";
    public const string NameLength = "A sender that is a name must have 3 to 11 characters.";
    public const string FirstDigit = "A sender that is a name must not begin with a digit.";
    public const string NoLetter = "A sender that is a name needs at least one letter.";
    public const string Blanks = "A sender that is a name must not begin or end with a blank.";
    public const string CodeTooShort = "A sender that is a short code must have 3 to 8 digits.";
    public const string NumberTooLong = "A sender that is a number may have at most 15 digits (ITU-T E.164 §6.1).";
    public const string NumberTooShort = "A sender that begins with '+' must be a phone number of at least 7 digits.";
}
