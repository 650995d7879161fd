using Xunit;

namespace SuperMail.Dispatch.Tests.Sms;

public class SmartEncodingTests
{
    [Theory]
    [InlineData("‘It’s’ “here”", "'It's' \"here\""), InlineData("a–b—c‑d−e", "a-b-c-d-e"), InlineData("wait…", "wait...")]
    [InlineData("ＳＡＬＥ　５０％！", "SALE 50%!"), InlineData("½ price", "1/2 price"), InlineData("1½ l, ¾", "1 1/2 l, 3/4"), InlineData("10\u00A0€\u202F!", "10 € !")]
    [InlineData("a\u200Bb\u00ADc\uFEFF\u2060", "abc"), InlineData("`x´", "'x'"), InlineData("• one", "* one"), InlineData("© ® ™ № ×", "(C) (R) TM No x"), InlineData("«oui»", "\"oui\""), InlineData("a\u2028b", "a\nb")]
    [InlineData("｛｀～｝", "{'~}")]
    public void Look_alikes_give_way_to_characters_of_the_GSM_alphabet(string text, string expected)
    {
        var smart = SmartEncoding.Apply(text);
        Assert.Equal(expected, smart.Text);
        Assert.Empty(smart.ForcedUcs2);
        Assert.NotEmpty(smart.Replacements);
        Assert.Equal(SmsSegments.Count(expected), smart.Segments);
        Assert.Equal(SmsEncoding.Gsm7, smart.Segments.Encoding);
    }

    [Fact]
    public void What_was_replaced_is_told_in_order_with_how_often()
    {
        var smart = SmartEncoding.Apply("“a” ’b’ – c’");
        Assert.Equal(
            [new("“", "\"", 1), new("”", "\"", 1), new("’", "'", 3), new SmartReplacement("–", "-", 1)],
            smart.Replacements);
    }

    [Fact]
    public void A_text_that_needs_UCS2_all_the_same_keeps_its_characters()
    {
        var smart = SmartEncoding.Apply("“Tack” – á 😀á");
        Assert.Equal("“Tack” – á 😀á", smart.Text);
        Assert.Empty(smart.Replacements);
        Assert.Equal(["á", "😀"], smart.ForcedUcs2);
        Assert.Equal(SmsEncoding.Ucs2, smart.Segments.Encoding);
    }

    [Fact]
    public void Accents_are_composed_before_the_alphabet_is_asked()
    {
        var smart = SmartEncoding.Apply("cafe\u0301 A\u030A");
        Assert.Equal("café Å", smart.Text);
        Assert.Empty(smart.Replacements);
        Assert.Equal(SmsEncoding.Gsm7, smart.Segments.Encoding);
    }

    [Theory]
    [InlineData("ç"), InlineData("á"), InlineData("Č"), InlineData("я"), InlineData("ﬁ")]
    public void Letters_are_never_replaced(string letter) => Assert.Equal([letter], SmartEncoding.Apply(letter).ForcedUcs2);

    [Fact]
    public void Every_replacement_is_of_the_GSM_alphabet_and_no_character_of_it_is_replaced()
    {
        for (var code = 0; code <= char.MaxValue; code++)
        {
            if (char.IsSurrogate((char)code) || code == 0xFFFE)
            {
                continue;
            }

            var smart = SmartEncoding.Apply(((char)code).ToString());
            Assert.Equal(smart.ForcedUcs2.Count > 0 ? SmsEncoding.Ucs2 : SmsEncoding.Gsm7, smart.Segments.Encoding);
            Assert.True(smart.Replacements.Count == 0 || SmsSegments.Count(((char)code).ToString()).Encoding == SmsEncoding.Ucs2);
        }
    }

    [Fact]
    public void A_text_that_is_no_Unicode_is_refused() => Assert.Throws<ArgumentException>(() => SmartEncoding.Apply("a\uD83D"));
}
