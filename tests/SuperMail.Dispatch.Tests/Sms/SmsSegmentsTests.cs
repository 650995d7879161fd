using System.Text;
using Xunit;

namespace SuperMail.Dispatch.Tests.Sms;

public class SmsSegmentsTests
{
    // 3GPP TS 23.038 §6.2.1, read off its tables by row, not taken from the code under test.
    private const string Basic =
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

    private const string Extension = "\f^{}\\[~]|€";

    private const string Family = "👨‍👩‍👧‍👦"; // 11 units, one cluster

    [Fact]
    public void Of_all_characters_the_alphabet_has_127_and_10_behind_an_escape()
    {
        Assert.Equal(127, Basic.Length);
        for (var code = 0; code <= char.MaxValue; code++)
        {
            var character = (char)code;
            var count = SmsSegments.Count(character.ToString());
            var expected = Basic.Contains(character, StringComparison.Ordinal) ? (SmsEncoding.Gsm7, 1)
                : Extension.Contains(character, StringComparison.Ordinal) ? (SmsEncoding.Gsm7, 2)
                : (SmsEncoding.Ucs2, 1);
            Assert.Equal(expected, (count.Encoding, count.Units));
        }
    }

    [Theory]
    [InlineData("ç"), InlineData("á"), InlineData("í"), InlineData("ó"), InlineData("ú"), InlineData("`"), InlineData("“"), InlineData("\t"), InlineData("\u001b"), InlineData("\0")]
    public void One_foreign_character_makes_a_text_UCS2(string foreign) =>
        Assert.Equal(SmsEncoding.Ucs2, SmsSegments.Count($"Price 10 {foreign}").Encoding);

    [Theory]
    [InlineData(0, 0, 160), InlineData(1, 1, 160), InlineData(160, 1, 160), InlineData(161, 2, 153), InlineData(306, 2, 153), InlineData(307, 3, 153), InlineData(459, 3, 153)]
    public void GSM_segments_hold_160_septets_alone_and_153_joined(int length, int segments, int room) =>
        Assert.Equal(new SmsSegmentCount(SmsEncoding.Gsm7, length, segments, room), SmsSegments.Count(new string('a', length)));

    [Theory]
    [InlineData(1, 1, 70), InlineData(70, 1, 70), InlineData(71, 2, 67), InlineData(134, 2, 67), InlineData(135, 3, 67)]
    public void UCS2_segments_hold_70_units_alone_and_67_joined(int length, int segments, int room) =>
        Assert.Equal(new SmsSegmentCount(SmsEncoding.Ucs2, length, segments, room), SmsSegments.Count(new string('я', length)));

    [Fact]
    public void An_escaped_character_never_straddles_two_segments()
    {
        var text = new string('a', 152) + "€" + new string('a', 152);
        Assert.Equal((3, 306), (SmsSegments.Count(text).Segments, SmsSegments.Count(text).Units)); // 306 / 153 would be 2
        Assert.Equal([new string('a', 152), "€" + new string('a', 151), "a"], SmsSegments.Split(text));
        Assert.Equal(1, SmsSegments.Count(new string('€', 80)).Segments);
        Assert.Equal(2, SmsSegments.Count(new string('€', 81)).Segments);
        Assert.Equal(3, SmsSegments.Count(new string('€', 153)).Segments); // 76 in each of them
    }

    [Fact]
    public void A_surrogate_pair_never_straddles_two_segments()
    {
        var text = new string('я', 66) + "😀" + new string('я', 66);
        Assert.Equal([new string('я', 66), "😀" + new string('я', 65), "я"], SmsSegments.Split(text));
        Assert.Equal(3, SmsSegments.Count(text).Segments); // 134 / 67 would be 2
    }

    [Fact]
    public void A_grapheme_cluster_is_kept_whole_where_a_segment_can_hold_it()
    {
        var text = new string('я', 60) + Family + new string('я', 10);
        Assert.Equal([new string('я', 60), Family + new string('я', 10)], SmsSegments.Split(text));
        var flag = new string('я', 65) + "🇬🇧" + new string('я', 10);
        Assert.Equal([new string('я', 65), "🇬🇧" + new string('я', 10)], SmsSegments.Split(flag));
        Assert.Equal([new string('я', 66), "e\u0301яяя"], SmsSegments.Split(new string('я', 66) + "e\u0301яяя"));
    }

    [Fact]
    public void A_cluster_that_no_segment_can_hold_is_cut_between_code_points()
    {
        var endless = "e" + new string('\u0301', 99);
        Assert.Equal([67, 33], SmsSegments.Split(endless).Select(part => part.Length));
        var joined = string.Concat(Enumerable.Repeat("👩‍", 40)); // three units each, the pair must stay whole
        Assert.All(SmsSegments.Split(joined), part => Assert.True(IsWellFormed(part)));
        Assert.Equal([67, 44], SmsSegments.Split("я" + new string('я', 10) + endless).Select(part => part.Length));
    }

    [Fact]
    public void A_text_of_one_endless_cluster_is_read_once()
    {
        // Quadratic reading of so long a cluster would take hours.
        var count = SmsSegments.Count("e" + new string('\u0301', 2_000_000));
        Assert.Equal(29_851, count.Segments);
    }

    [Fact]
    public void An_encoding_can_be_demanded()
    {
        Assert.Equal(new SmsSegmentCount(SmsEncoding.Ucs2, 71, 2, 67), SmsSegments.Count(new string('a', 71), SmsEncoding.Ucs2));
        Assert.Equal(SmsEncoding.Gsm7, SmsSegments.Count("abc", SmsEncoding.Gsm7).Encoding);
        Assert.False(SmsSegments.TryCount("Price 5 ₽", SmsEncoding.Gsm7, out _, out var error));
        Assert.Contains("U+20BD at character 9", error, StringComparison.Ordinal);
        Assert.Equal("text", Assert.Throws<ArgumentException>(() => SmsSegments.Count("₽", SmsEncoding.Gsm7)).ParamName);
        Assert.Equal("text", Assert.Throws<ArgumentException>(() => SmsSegments.Split("₽", SmsEncoding.Gsm7)).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => SmsSegments.Count("a", (SmsEncoding)7));
        Assert.Throws<ArgumentNullException>(() => SmsSegments.Count(null!));
    }

    private static bool IsWellFormed(string text)
    {
        try
        {
            return new UnicodeEncoding(false, false, throwOnInvalidBytes: true).GetByteCount(text) > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
