using Xunit;

namespace SuperMail.Dispatch.Tests.Sms;

public class SmsTextTests
{
    [Theory]
    [InlineData(null), InlineData(""), InlineData(" "), InlineData("\r\n \u00A0\u3000")]
    public void A_blank_text_is_refused(string? text)
    {
        Assert.False(SmsText.TryRead(text, out var read, out var error));
        Assert.Null(read);
        Assert.Contains("blank", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Control_characters_other_than_line_breaks_are_refused()
    {
        for (var code = 0; code < ' '; code++)
        {
            Assert.Equal(code is '\n' or '\r', SmsText.TryRead($"Dear{(char)code}Ada", out _, out var error));
            Assert.True(error is null || error.Contains($"U+{code:X4} at character 5", StringComparison.Ordinal));
        }
    }

    // An attribute cannot hold them: its text is stored as UTF-8.
    [Fact]
    public void Half_a_surrogate_pair_is_refused() =>
        Assert.All(["a\uD83D", "a\uDE00", "\uDE00\uD83D a", "😀\uD83D😀", "a\uD83D\uD83D\uDE00"], text =>
        {
            Assert.False(SmsText.TryRead(text, out _, out var error));
            Assert.Contains("surrogate", error, StringComparison.Ordinal);
            Assert.DoesNotContain(text, error, StringComparison.Ordinal);
        });

    [Theory]
    [InlineData("a\uFFFE"), InlineData("\uFFFF")]
    public void What_is_no_character_is_refused(string text)
    {
        Assert.False(SmsText.TryRead(text, out _, out var error));
        Assert.Contains("U+FFF", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_read_can_be_smart_encoded_and_written_in_hex()
    {
        for (var code = 1; code <= char.MaxValue; code++)
        {
            if (SmsText.TryRead($"a{(char)code}", out var read, out _))
            {
                Assert.NotEmpty(SmartEncoding.Apply(read).Text);
                Assert.NotEmpty(Ucs2Hex.Encode(read));
            }
        }
    }

    [Theory]
    [InlineData("a\r\nb\rc\nd", "a\nb\nc\nd"), InlineData("a\r\n\r\nb\n\rc", "a\n\nb\n\nc")]
    [InlineData("& ]]> ${x} % 😀 \u0085 \u2028.", "& ]]> ${x} % 😀 \u0085 \u2028."), InlineData(" a ", " a ")]
    public void Line_breaks_become_LF_and_nothing_else_changes(string text, string expected)
    {
        Assert.True(SmsText.TryRead(text, out var read, out _));
        Assert.Equal(expected, read);
    }
}
