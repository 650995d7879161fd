using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace SuperMail.Dispatch.Tests.Addresses;

public class PhoneNumberProperties
{
    private static readonly Gen<string> NearNumbers = Gen.ArrayOf(Gen.OneOf(
        Gen.Elements("+", "00", "011", "44", "1", "7700", "900123", "(0)", "(", ")", "0", " ", "\u00A0", "-", "/", "٤", "４", "𝟒", "\u200E", "x", "\n", "\uD835"),
        ArbMap.Default.GeneratorFor<char>().Select(c => c.ToString()))).Select(string.Concat);

    private static readonly CountryCode?[] Homes = [null, .. new[] { "44", "1", "7", "39", "225", "52", "45", "690" }.Select(code => (CountryCode?)CountryCode.Parse(code))];

    [Fact]
    public void What_was_parsed_is_E164_and_parses_to_itself() =>
        Prop.ForAll(NearNumbers.ToArbitrary(), Gen.Elements(Homes).ToArbitrary(), (text, home) =>
        {
            if (PhoneNumber.TryParse(text, home, out var number, out _))
            {
                Assert.Matches("^[1-9][0-9]{6,14}$", number.Digits);
                Assert.Equal($"+{number.Digits}", number.ToString());
                Assert.StartsWith(number.CountryCode.ToString(), number.ToString(), StringComparison.Ordinal);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

    [Fact]
    public void Reading_a_number_allocates_nothing()
    {
        var home = CountryCode.Parse("44");
        _ = Parsed(home);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var number = Parsed(home);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal("447700900123", number.Digits);

        static PhoneNumber Parsed(CountryCode home) =>
            PhoneNumber.TryParse(" +44\u00A0(0)７７００ 900123 ", home, out var number, out _) ? number : default;
    }
}
