using Xunit;

namespace SuperMail.Dispatch.Tests.Addresses;

public class SmsSenderTests
{
    [Theory]
    [InlineData("Abc", SmsSenderKind.Alphanumeric), InlineData("Example4You", SmsSenderKind.Alphanumeric), InlineData("a1234567890", SmsSenderKind.Alphanumeric)]
    [InlineData("447700900123", SmsSenderKind.Numeric), InlineData("+447700900123", SmsSenderKind.Numeric), InlineData("123456789", SmsSenderKind.Numeric)]
    [InlineData("123456789012345", SmsSenderKind.Numeric), InlineData("+1234567", SmsSenderKind.Numeric)]
    [InlineData("123", SmsSenderKind.ShortCode), InlineData("12345678", SmsSenderKind.ShortCode)]
    public void A_sender_is_a_name_a_number_or_a_short_code(string text, SmsSenderKind kind)
    {
        var sender = SmsSender.Parse(text);
        Assert.Equal((kind, text, text), (sender.Kind, sender.Value, sender.ToString()));
        Assert.Equal(text.TrimStart('+'), sender.WithoutPlus);
        Assert.Equal(SmsSender.Parse(text), sender);
    }

    [Theory]
    [InlineData(null, "missing"), InlineData("", "missing")]
    [InlineData("Ab", "3 to 11"), InlineData("TwelveLetter", "3 to 11")]
    [InlineData("4Example", "begin with a digit")]
    [InlineData("12", "3 to 8 digits"), InlineData("1", "3 to 8 digits")]
    [InlineData("1234567890123456", "15 digits"), InlineData("+1234567890123456", "15 digits")]
    [InlineData("+", "7 digits"), InlineData("+123456", "7 digits")]
    [InlineData("Åse", "A-Z a-z"), InlineData("Shop😀", "A-Z a-z"), InlineData("Abc\r\nX: y", "A-Z a-z"), InlineData("Abc\n", "A-Z a-z"), InlineData("Ａｂｃ", "A-Z a-z")]
    [InlineData("My Shop", "A-Z a-z"), InlineData("A&B", "A-Z a-z"), InlineData("+44 7700 900123", "optional '+'"), InlineData("١٢٣٤٥", "A-Z a-z"), InlineData("My\0Shop", "A-Z a-z")]
    public void What_is_no_sender_is_refused_by_the_name_of_its_rule(string? text, string rule)
    {
        Assert.False(SmsSender.TryParse(text, out var sender, out var error));
        Assert.Null(sender);
        Assert.Contains(rule, error, StringComparison.Ordinal);
        Assert.Equal(error, Assert.Throws<FormatException>(() => SmsSender.Parse(text!)).Message);
    }

    [Theory]
    [InlineData("My Shop"), InlineData("A&B"), InlineData("a-b_c+d"), InlineData("_ab")]
    public void A_gateway_may_take_punctuation(string text) =>
        Assert.Equal(SmsSenderKind.Alphanumeric, SmsSender.Parse(text, allowPunctuation: true).Kind);

    [Theory]
    [InlineData("---", "letter"), InlineData("- 1", "letter"), InlineData(" Ab", "blank"), InlineData("Ab ", "blank"), InlineData("A.b", "blank, - + _ &"), InlineData("A\u00A0b", "blank, - + _ &"), InlineData("4 you", "begin with a digit")]
    public void Punctuation_has_limits(string text, string rule)
    {
        Assert.False(SmsSender.TryParse(text, out _, out var error, allowPunctuation: true));
        Assert.Contains(rule, error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_United_States_and_Canada_refuse_names()
    {
        Assert.True(SmsSender.RefusesAlphanumeric(PhoneNumber.Parse("+1 202 555 0123").CountryCode));
        Assert.False(SmsSender.RefusesAlphanumeric(CountryCode.Parse("44")));
        Assert.False(SmsSender.RefusesAlphanumeric(default));
    }
}
