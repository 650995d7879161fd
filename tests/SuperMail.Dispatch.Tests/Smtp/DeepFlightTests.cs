using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Smtp;

public sealed class DeepFlightTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Forty_messages_arrive_once_and_in_order_on_one_connection(bool enhanced)
    {
        await using var bed = SmtpBed.Start(WireMode.Deep, options => options.EnhancedStatusCodes = enhanced);
        var mails = SmtpBed.Mails([.. Enumerable.Range(0, 40).Select(static i => $"r{i}")]);
        Assert.Null(await bed.SendAsync(mails));
        Assert.All(mails, mail => Assert.Equal(VerdictKind.Sent, mail.Kind));
        Assert.Equal(mails.Select(mail => mail.To), bed.Server.Messages.Select(m => m.Recipients.Single()));
        Assert.Equal("QUIT", (await bed.LinesAsync())[^1]);
        Assert.Equal(1, bed.Server.TotalConnections);
    }
}
