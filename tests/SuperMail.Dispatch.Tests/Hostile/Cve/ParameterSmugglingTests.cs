using Xunit;
using static SuperMail.Dispatch.Tests.Hostile.AttackedDispatcher;

namespace SuperMail.Dispatch.Tests.Hostile.Cve;

/// <summary>ESMTP parameters in an address: GHSA-wpwj-69cm-q9c5 (<c>RCPT TO:&lt;x&gt; ORCPT=…</c>).</summary>
public sealed class ParameterSmugglingTests
{
    [Theory]
    [InlineData("bob@example.com> ORCPT=rfc822;eve@evil.example")]
    [InlineData("bob> NOTIFY=NEVER@example.com")]
    [InlineData("bob@example.com>")]
    [InlineData("<bob@example.com")]
    public async Task An_address_that_ends_its_path_fails_its_recipient(string address)
    {
        await using var attacked = new AttackedDispatcher();
        var report = await attacked.SendAsync(Plain, new(address), new("ann@example.com"));
        Assert.Equal((1L, 1L), (report.Counts.Sent, report.Counts.Failed));
        Assert.Empty(attacked.Relay.Messages.Single().RecipientParameters.Single());
    }

    [Theory]
    [InlineData("\"bob> ORCPT=rfc822;eve\"@example.com")]
    [InlineData("\"bob\\\"> NOTIFY=NEVER\"@example.com")]
    [InlineData("\"a@evil.example> X=\"@example.com")]
    public async Task What_looks_like_a_parameter_within_quotes_is_read_back_as_part_of_the_address(string address)
    {
        await using var attacked = new AttackedDispatcher();
        await attacked.SendAsync(Plain, new Recipient(address));
        var message = attacked.Relay.Messages.Single();
        Assert.Equal(address, message.Recipients.Single());
        Assert.Empty(message.RecipientParameters.Single());
    }
}
