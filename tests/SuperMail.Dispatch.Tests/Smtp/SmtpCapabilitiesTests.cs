using SuperMail.Dispatch.Smtp;
using Xunit;

namespace SuperMail.Dispatch.Tests.Smtp;

public sealed class SmtpCapabilitiesTests
{
    [Fact]
    public void What_a_relay_offers_now_counts_and_not_what_it_offered_before()
    {
        // Of one length, since what was read last is kept by its text.
        Assert.True(SmtpCapabilities.Parse("relay\nSTARTTLS").StartTls);
        var now = SmtpCapabilities.Parse("relay\nCHUNKING");
        Assert.Equal((false, true), (now.StartTls, now.Chunking));
        Assert.Equal(["CHUNKING"], now.Lines);
    }
}
