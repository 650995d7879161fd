using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace SuperMail.Dispatch.Tests.Addresses;

public class EmailAddressProperties
{
    private static readonly Gen<string> NearAddresses = Gen.ArrayOf(Gen.OneOf(
        Gen.Elements("a", "bob", ".", "@", "\"", "\\", "-", "xn--", "[", "]", "IPv6:", "1.2.3.4", "::1", "example", "com", "ü", "例", "😀", " ", "\r\n", "\0", "<", ">", ",", "=?", "\uD800"),
        ArbMap.Default.GeneratorFor<char>().Select(c => c.ToString()))).Select(string.Concat);

    [Fact]
    public void Parsing_what_was_parsed_gives_the_same() => Prop.ForAll(NearAddresses.ToArbitrary(), text =>
    {
        if (EmailAddress.TryParse(text, out var address, out _))
        {
            var again = EmailAddress.Parse(address.ToString());
            Assert.Equal((address.LocalPart, address.Domain, address.NeedsSmtpUtf8), (again.LocalPart, again.Domain, again.NeedsSmtpUtf8));
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

    [Fact]
    public void What_was_parsed_can_stand_in_a_command() => Prop.ForAll(NearAddresses.ToArbitrary(), text =>
    {
        if (EmailAddress.TryParse(text, out var address, out _))
        {
            Assert.DoesNotContain(address.ToString(), char.IsControl);
            Assert.True(Ascii.IsValid(address.Domain));
            Assert.DoesNotContain(address.Domain, "@<>\" ".Contains);
            Assert.True(address.LocalPart[0] == '"' || !address.LocalPart.Any("@<>\"(),:; \\".Contains));
            Assert.True(Encoding.UTF8.GetByteCount(address.ToString()) <= 254);
            Assert.Equal(address.ToString(), Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(address.ToString())));
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));
}
