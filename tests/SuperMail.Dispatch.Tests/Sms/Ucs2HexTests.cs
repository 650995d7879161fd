using Xunit;

namespace SuperMail.Dispatch.Tests.Sms;

public class Ucs2HexTests
{
    [Theory]
    [InlineData("", ""), InlineData("Hi", "00480069"), InlineData("å€я", "00E520AC044F"), InlineData("😀", "D83DDE00"), InlineData("\n\uFEFF", "000AFEFF")]
    public void Each_unit_is_four_digits_high_octet_first_without_a_mark(string text, string expected) =>
        Assert.Equal(expected, Ucs2Hex.Encode(text));

    [Fact]
    public void Half_a_surrogate_pair_is_refused_rather_than_altered() =>
        Assert.ThrowsAny<ArgumentException>(() => Ucs2Hex.Encode("a\uD83D"));
}
