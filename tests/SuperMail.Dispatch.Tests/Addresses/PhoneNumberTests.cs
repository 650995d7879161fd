using Xunit;

namespace SuperMail.Dispatch.Tests.Addresses;

public class PhoneNumberTests
{
    [Theory]
    [InlineData("+447700900123"), InlineData("+44 7700 900123"), InlineData("0044 7700 900123"), InlineData("(+44) 7700 900123")]
    [InlineData("07700900123"), InlineData("07700 900123"), InlineData("07700-900-123"), InlineData("07700.900.123"), InlineData("07700/900123")]
    [InlineData("(0)7700 900123"), InlineData("7700900123"), InlineData("447700900123"), InlineData("44 07700 900123")]
    [InlineData("+44 (0)7700 900123"), InlineData("0044 (0) 7700 900123"), InlineData("+44 07700 900123"), InlineData("+44(0)7700900123")]
    [InlineData("+44 (0)07700 900123"), InlineData("+44 00 7700 900123"), InlineData("0044 000 7700 900123")]
    [InlineData("  +44 7700 900123\t\r\n")]
    public void A_number_is_read_however_it_is_written(string text) =>
        Assert.Equal("+447700900123", PhoneNumber.Parse(text, CountryCode.Parse("44")).ToString());

    [Theory]
    [InlineData("＋４４ ７７００ ９００１２３")] // full width
    [InlineData("+44 (０)７７００ ９００１２３"), InlineData("+44（0）7700900123"), InlineData("+44．7700／900123")]
    [InlineData("+٤٤ ٧٧٠٠ ٩٠٠١٢٣")] // Arabic-Indic
    [InlineData("+𝟒𝟒 7700 900123")] // mathematical, two units each
    [InlineData("+44\u00A07700\u00A0900123"), InlineData("+44\u202F7700\u2009900123"), InlineData("\u00A0+447700900123\u3000")]
    [InlineData("\u202A+447700900123\u202C"), InlineData("\u200E+44\u200F7700\u2066900123\u2069"), InlineData("\uFEFF+447700900123"), InlineData("+44\u200B7700\u00AD900123")]
    [InlineData("+44 ‑7700–900—123"), InlineData("+44\u22127700900123")]
    public void Foreign_digits_blanks_dashes_and_invisible_marks_mean_the_same(string text) =>
        Assert.Equal("447700900123", PhoneNumber.Parse(text).Digits);

    [Theory]
    // Nothing, or no digits
    [InlineData(null), InlineData(""), InlineData(" \u00A0"), InlineData("+"), InlineData("-"), InlineData("()"), InlineData("\u200E")]
    // Letters and extensions
    [InlineData("abc"), InlineData("+44 7700 90012x"), InlineData("1-800-FLOWERS"), InlineData("tel:+447700900123"), InlineData("+44 7700 900123;ext=5")]
    [InlineData("+44 7700 900123 x5"), InlineData("+44 7700 900123 #5"), InlineData("+44 7700 900123²"), InlineData("+44 7700 900123*"), InlineData("７７００ａ")]
    // More than one plus, or a plus behind digits
    [InlineData("++447700900123"), InlineData("44+7700900123"), InlineData("+44 7700 900123+")]
    // Two numbers
    [InlineData("+447700900123 +447700900124"), InlineData("07700900123, 07700900124"), InlineData("07700900123;07700900124"), InlineData("07700900123\n07700900124")]
    [InlineData("07700900123 / 07700900124"), InlineData("07700900123|07700900124"), InlineData("07700900123 or 07700900124"), InlineData("07700900123\t4"), InlineData("+44 7700\n900123"), InlineData("+44 7700\r\n900123"), InlineData("+44 7700\u2028900123")]
    // Too long, too short
    [InlineData("+4477009001234567"), InlineData("077009001234567890123456789"), InlineData("+44123"), InlineData("+1"), InlineData("0")]
    // No assigned country code
    [InlineData("+999 1234567"), InlineData("00210 1234567"), InlineData("+07700900123"), InlineData("0000447700900123")]
    // Controls and pictures
    [InlineData("+44\0" + "7700900123"), InlineData("+44 7700 900123\u0007"), InlineData("+44 😀 7700900123")]
    public void What_is_not_one_number_is_refused(string? text)
    {
        Assert.False(PhoneNumber.TryParse(text, CountryCode.Parse("44"), out var number, out var error));
        Assert.Equal(default, number);
        Assert.EndsWith(".", error, StringComparison.Ordinal);
    }

    [Fact] // An attribute cannot hold half of a pair: its text is stored as UTF-8.
    public void Half_a_mathematical_digit_is_refused() =>
        Assert.All(["\uD835", "+44 7700 900123\uD835", "+44 7700 \uDFD2900123"], text => Assert.False(PhoneNumber.TryParse(text, null, out _, out _)));

    [Theory]
    [InlineData("", "missing"), InlineData("+", "needs digits"), InlineData("x", "may hold digits"), InlineData("1+2", "one '+'"), InlineData("+44770090012345678", "15 digits")]
    [InlineData("+4412", "7 digits"), InlineData("+999123456", "not assigned"), InlineData("512345/512346", "default country code"), InlineData("+298 512345/512346", "twice as long")]
    public void The_refusal_names_its_rule_and_not_the_number(string text, string rule)
    {
        var error = Assert.Throws<FormatException>(() => PhoneNumber.Parse(text)).Message;
        Assert.Contains(rule, error, StringComparison.Ordinal);
        Assert.DoesNotContain("512345", error, StringComparison.Ordinal);
        Assert.DoesNotContain("77009", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("07700 900123"), InlineData("447700900123"), InlineData("(0)7700 900123")]
    public void A_national_number_needs_a_default_country(string text)
    {
        Assert.False(PhoneNumber.TryParse(text, null, out _, out var error));
        Assert.Contains("default country code", error, StringComparison.Ordinal);
        Assert.False(PhoneNumber.TryParse(text, default(CountryCode), out _, out _));
    }

    [Theory]
    [InlineData("1", "011 44 7700 900123", "+447700900123"), InlineData("61", "0011 44 7700 900123", "+447700900123"), InlineData("7", "8~10", null)]
    [InlineData("7", "810 44 7700 900123", "+447700900123"), InlineData("81", "010 44 7700 900123", "+447700900123"), InlineData("61", "0044 7700 900123", "+447700900123")]
    [InlineData("1", "0044 7700 900123", "+447700900123"), InlineData("254", "000 44 7700 900123", "+447700900123"), InlineData("254", "0044 7700 900123", "+447700900123")]
    [InlineData("234", "0091 98765 43210", "+919876543210"), InlineData("592", "001 202 555 0123", "+12025550123")] // not 009 and 1, not 001 and 20
    public void The_international_prefix_is_00_or_the_countrys_own(string home, string text, string? expected) =>
        Assert.Equal(expected, PhoneNumber.TryParse(text, CountryCode.Parse(home), out var number, out _) ? number.ToString() : null);

    [Theory]
    [InlineData("1", "1 (202) 555-0123", "+12025550123"), InlineData("1", "202-555-0123", "+12025550123"), InlineData("1", "+1 1 202 555 0123", "+12025550123")]
    [InlineData("7", "8 (912) 345-67-89", "+79123456789"), InlineData("7", "7 912 345 67 89", "+79123456789"), InlineData("7", "800 123 45 67", "+78001234567")]
    [InlineData("375", "80 29 491 19 11", "+375294911911"), InlineData("375", "8 029 491 19 11", "+375294911911"), InlineData("993", "8 66 123456", "+99366123456")]
    [InlineData("36", "06 20 123 4567", "+36201234567"), InlineData("36", "+36 06 20 123 4567", "+36201234567"), InlineData("36", "20 123 4567", "+36201234567")]
    [InlineData("49", "0151 23456789", "+4915123456789"), InlineData("49", "+49 (0)151 2345678", "+491512345678"), InlineData("49", "030 123456", "+4930123456")]
    [InlineData("43", "43664123456", "+43664123456"), InlineData("43", "0664 123456", "+43664123456")]
    [InlineData("31", "31612345678", "+31612345678"), InlineData("81", "03-1234-5678", "+81312345678"), InlineData("52", "044 222 123 4567", "+522221234567")]
    public void A_trunk_prefix_is_no_part_of_the_number(string home, string text, string expected) =>
        Assert.Equal(expected, PhoneNumber.Parse(text, CountryCode.Parse(home)).ToString());

    [Theory]
    [InlineData("39", "06 12345678", "+390612345678"), InlineData("39", "347 1234567", "+393471234567"), InlineData("39", "+39 (0)347 1234567", "+393471234567")]
    [InlineData("225", "07 01 23 45 67", "+2250701234567"), InlineData("225", "+225 (0)7 01 23 45 67", "+2250701234567"), InlineData("225", "+225 (0) 07 01 23 45 67", "+2250701234567")]
    [InlineData("39", "+39 (02) 12345678", "+390212345678"), InlineData("39", "+39 (\u200E0\u00A0) 347 1234567", "+393471234567"), InlineData("39", "+39 347 (0) 123456", "+393470123456")]
    [InlineData("34", "612345678", "+34612345678"), InlineData("45", "32 12 34 56", "+4532123456"), InlineData("47", "40612345", "+4740612345")]
    [InlineData("48", "512 345 678", "+48512345678"), InlineData("351", "912 345 678", "+351912345678"), InlineData("420", "601 123 456", "+420601123456")]
    [InlineData("45", "45 12 34 56", "+4545123456"), InlineData("45", "45 32 12 34 56", "+4532123456")]
    [InlineData("27", "276123456", "+27276123456"), InlineData("376", "376312345", "+376376312345")] // with or without its code: both lengths exist
    public void Where_there_is_no_trunk_prefix_a_leading_zero_is_the_numbers_own(string home, string text, string expected) =>
        Assert.Equal(expected, PhoneNumber.Parse(text, CountryCode.Parse(home)).ToString());

    [Fact]
    public void A_fixed_lines_strange_length_is_no_reason_to_refuse() =>
        Assert.Equal("+4414512345", PhoneNumber.Parse("014512345", CountryCode.Parse("44")).ToString());

    [Fact]
    public void The_same_number_in_different_forms_is_the_same()
    {
        var uk = CountryCode.Parse("44");
        var forms = new[] { "+44 7700 900123", "07700 900123", "0044 (0)7700 900123", "+44\u00A07700900123" };
        var number = Assert.Single(forms.Select(form => PhoneNumber.Parse(form, uk)).ToHashSet());
        Assert.NotEqual(number, PhoneNumber.Parse("07700 900124", uk));
        Assert.Equal(uk, number.CountryCode);
    }

    [Fact]
    public void The_longest_and_the_shortest_number_are_taken()
    {
        Assert.Equal("881234567890123", PhoneNumber.Parse("+881 234567890123").Digits);
        Assert.Equal("6907290", PhoneNumber.Parse("+690 7290").Digits);
    }

    [Fact]
    public void The_default_value_is_no_number()
    {
        Assert.Equal(("", ""), (default(PhoneNumber).Digits, default(PhoneNumber).ToString()));
        Assert.Equal(0, default(PhoneNumber).CountryCode.Value);
    }
}
