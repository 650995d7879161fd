namespace SuperMail.Dispatch;

/// <summary>What a phone number or a country code is refused with: each says its rule and never repeats the value, which is private.</summary>
internal static class PhoneRules
{
    public const string Missing = "The phone number is missing.";
    public const string Character =
        "A phone number may hold digits, one '+' before them, blanks and - . / ( ) only: give one number alone, without letters or extension.";
    public const string Plus = "A phone number may hold one '+' only, before its digits.";
    public const string NoDigits = "A phone number needs digits.";
    public const string TooLong = "A phone number may have at most 15 digits, country code included (ITU-T E.164 §6.1).";
    public const string TooShort = "A phone number needs at least 7 digits, country code included.";
    public const string TwoNumbers = "The phone number is at least twice as long as its country's are: give one number alone.";
    public const string NoCountryCode = "A phone number without '+' or '00' and a country code needs a default country code.";
    public const string UnassignedNumber = "The phone number begins with a country code that is not assigned (ITU-T E.164).";
    public const string CountryCode = "A country code must be one to three digits, such as +44, 44 or 0044.";
    public const string UnassignedCode = "The country code is not assigned (ITU-T E.164).";
}
