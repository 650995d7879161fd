using Xunit;

namespace SuperMail.Dispatch.Tests.Addresses;

public class CountryCodeTests
{
    [Theory]
    [InlineData("+44", 44), InlineData("44", 44), InlineData("0044", 44), InlineData(" +44 ", 44), InlineData("1", 1), InlineData("+358", 358), InlineData("00225", 225)]
    public void A_code_is_read_with_plus_with_00_and_bare(string text, int value)
    {
        var code = CountryCode.Parse(text);
        Assert.Equal(value, code.Value);
        Assert.Equal($"+{value}", code.ToString());
        Assert.Equal(CountryCode.Parse(code.ToString()), code);
    }

    [Theory]
    [InlineData(null), InlineData(""), InlineData("+"), InlineData("00"), InlineData("+4 4"), InlineData("++44"), InlineData("GB"), InlineData("+44x"), InlineData("4407"), InlineData("-44")]
    public void What_is_no_code_is_refused(string? text)
    {
        Assert.False(CountryCode.TryParse(text, out var code, out var error));
        Assert.Equal(default, code);
        Assert.Contains("such as +44, 44 or 0044", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("999"), InlineData("+210"), InlineData("0"), InlineData("044"), InlineData("000"), InlineData("2")]
    public void A_code_that_is_not_assigned_is_refused(string text) =>
        Assert.Contains("not assigned", Assert.Throws<FormatException>(() => CountryCode.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_default_value_is_no_code() =>
        Assert.Equal((0, ""), (default(CountryCode).Value, default(CountryCode).ToString()));

    [Fact]
    public void No_code_begins_another() // ITU-T E.164: else a number could mean two countries
    {
        var codes = NumberingTable.Plans.SelectMany(plan => plan.Codes).Select(code => code.ToString(System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        Assert.True(codes.Length > 200, $"only {codes.Length} codes");
        Assert.Equal(codes.Length, codes.Distinct().Count());
        Assert.DoesNotContain(codes, code => codes.Any(other => other != code && other.StartsWith(code, StringComparison.Ordinal)));
    }
}
