using System.Text;
using Xunit;
using static SuperMail.Dispatch.Tests.Hostile.AttackedDispatcher;

namespace SuperMail.Dispatch.Tests.Hostile.Cve;

/// <summary>
/// One text, two addresses: GHSA-mm7p-fcc7-pg87 (<c>"a@x y"@z</c>), CVE-2019-16056, CVE-2023-27043, encoded-words and
/// source routes.
/// </summary>
public sealed class AddressConfusionTests
{
    [Theory]
    [InlineData("bob@x.example, eve@y.example")]
    [InlineData("bob@x.example;eve@y.example")]
    [InlineData("bob@x.example@y.example")]
    [InlineData("@x.example,@y.example:bob@z.example")]
    [InlineData("Bob <bob@x.example>")]
    [InlineData("(c)bob@x.example")]
    [InlineData("bob@(c)x.example")]
    [InlineData("bob@x.example (Bob)")]
    [InlineData("=?utf-8?Q?eve=40evil.example=3E?=@x.example")]
    [InlineData("=?x?q?eve=40evil.example?=@x.example")]
    [InlineData("bob @x.example")]
    [InlineData("bob@x .example")]
    [InlineData("friends:bob@x.example;")]
    [InlineData("bob@xn--a.example")] // no name has this A-label
    [InlineData("bob@[1.2.3.04]")]
    [InlineData("bob@0x7f.1")]
    [InlineData("bob＠x.example")]
    public async Task What_some_reader_takes_for_another_address_is_refused(string address)
    {
        await using var attacked = new AttackedDispatcher();
        var report = await attacked.SendAsync(Plain, new(address), new("ann@example.com"));
        Assert.Equal((1L, 1L), (report.Counts.Sent, report.Counts.Failed));
        Assert.Equal("ann@example.com", attacked.Relay.Messages.Single().Recipients.Single());
    }

    [Theory]
    [InlineData("\"a@x.example y\"@example.com", "Bob")]
    [InlineData("\"eve@evil.example>\"@example.com", "")]
    [InlineData("bob@bücher.example", "eve@evil.example")]
    [InlineData("BOB@Example.COM", "Bob <eve@evil.example>,")]
    [InlineData("bob%evil.example@example.com", "\"")]
    [InlineData("bob!evil@example.com", "a, b;")]
    public async Task The_header_names_the_recipient_of_the_envelope_and_nobody_else(string address, string name)
    {
        await using var attacked = new AttackedDispatcher();
        await attacked.SendAsync(Plain, new Recipient(address, name));
        var message = attacked.Relay.Messages.Single();
        var envelope = message.Recipients.Single();
        var header = Encoding.UTF8.GetString(message.Content.Span).Replace("\r\n ", " ", StringComparison.Ordinal).Split("\r\n").Single(static line => line.StartsWith("To: ", StringComparison.Ordinal));
        Assert.Equal(EmailAddress.Parse(address).ToString(), envelope);
        Assert.EndsWith(name.Length == 0 ? $": {envelope}" : $" <{envelope}>", header, StringComparison.Ordinal);
    }
}
