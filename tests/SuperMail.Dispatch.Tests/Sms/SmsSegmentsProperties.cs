using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace SuperMail.Dispatch.Tests.Sms;

public class SmsSegmentsProperties
{
    private static readonly Gen<string> Texts =
        from pieces in Gen.Elements("a", "é", "€", "[", "я", "😀", "e\u0301", "👨‍👩‍👧‍👦", "🇬🇧", "\n", "ab cd ef gh").NonEmptyListOf().Select(list => string.Concat(list))
        from times in Gen.Choose(1, 40)
        select string.Concat(Enumerable.Repeat(pieces, times));

    [Fact]
    public void Segments_together_are_the_text_and_each_fits() =>
        Prop.ForAll(Texts.ToArbitrary(), text =>
        {
            var (count, parts) = (SmsSegments.Count(text), SmsSegments.Split(text));
            Assert.Equal(text, string.Concat(parts));
            Assert.Equal(count.Segments, parts.Count);
            var units = parts.Select(part => SmsSegments.Count(part, count.Encoding).Units).ToArray();
            Assert.All(units, used => Assert.InRange(used, 1, count.UnitsPerSegment));
            Assert.Equal(count.Units, units.Sum());
            Assert.All(parts, part => Assert.False(char.IsLowSurrogate(part[0])));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
}
