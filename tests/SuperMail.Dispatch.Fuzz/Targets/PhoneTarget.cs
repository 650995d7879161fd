using System.Reflection;

namespace SuperMail.Dispatch.Fuzz;

/// <summary>The reader of phone numbers: what it takes is E.164 and read back as itself, with and without a country at hand.</summary>
internal sealed class PhoneTarget : FuzzTarget
{
    private static readonly HashSet<string> s_rules = [.. typeof(PhoneRules)
        .GetFields(BindingFlags.Public | BindingFlags.Static).Select(static field => (string)field.GetRawConstantValue()!)];

    private static readonly CountryCode?[] s_homes = [null, CountryCode.Parse("44"), CountryCode.Parse("45"), CountryCode.Parse("1"), CountryCode.Parse("39")];

    public override string Name => "phone";

    public override IReadOnlyList<string> Corpus { get; } =
    [
        "+44 7700 900123", "0044 7700 900123", "07700 900123", "+44 (0) 7700 900123", "+45 12 34 56 78", "12345678", "+1 (202) 555-0123", "2025550123", "+39 06 1234 5678", "00390612345678",
        "+٤٤٧٧٠٠٩٠٠١٢٣", "+４４ ７７００ ９００１２３", "\u202a+447700900123\u202c", "+44\u00a07700\u2011900123", "tel:+447700900123", "+447700900123;ext=5", "+44 7700 900123 / +44 7700 900124",
        "447700900123447700900124", "+999123456789", "+44", "+", "0", "00", "+0123456789", "1234567890123456", "+44 7700 900 ABC", "+447700900123\r\n", "++447700900123", "",
    ];

    public override IReadOnlyList<string> Dictionary { get; } =
        ["+", "00", "0", "(0)", "44", "45", "1", "39", "7700", "900123", "(", ")", "-", ".", "/", "\u00a0", "\u2011", "\u200e", "\u202a", "٤", "４", "𝟜", "x12", "ext.", "tel:", "\r\n"];

    public override long AllowedOperations(int length) => 65_536; // a number has at most 15 digits, however long the text; the first one builds the tables

    public override bool Run(string input)
    {
        var taken = false;
        foreach (var home in s_homes)
        {
            if (!PhoneNumber.TryParse(input, home, out var number, out var error))
            {
                Require(s_rules.Contains(error), "a refusal is no rule of the list, so that it may repeat the value");
                Require(number.Digits.Length == 0, "a refused text left a number behind");
                continue;
            }

            taken = true;
            var digits = number.Digits;
            Require(digits.Length is >= 7 and <= 15 && digits.All(char.IsAsciiDigit) && digits[0] != '0', "it is not E.164");
            Require(digits.StartsWith(number.CountryCode.ToString()[1..], StringComparison.Ordinal), "it does not begin with its country's code");
            Require(PhoneNumber.Parse(number.ToString()) == number, "its text is not read back as itself");
            Require(home is not null || input.AsSpan().IndexOfAny('+', '＋') >= 0 || input.Any(char.IsDigit), "a number was made of nothing");
        }

        return taken;
    }
}
