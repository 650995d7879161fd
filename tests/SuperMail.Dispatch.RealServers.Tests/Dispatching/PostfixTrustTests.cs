using SuperMail.Dispatch.RealServers.Tests.Servers;
using Xunit;
using static SuperMail.Dispatch.RealServers.Tests.RealDispatcher;

namespace SuperMail.Dispatch.RealServers.Tests.Dispatching;

public sealed class PostfixTrustTests(SharedPostfix postfix) : IClassFixture<SharedPostfix>
{
    private static readonly Dictionary<string, string> RefusesASender = new()
    {
        ["smtpd_delay_reject"] = "no",
        ["smtpd_sender_restrictions"] = "check_sender_access inline:{ {refused@sender.test = 550 5.7.1 Sender not allowed here} }",
    };

    [Fact]
    public async Task A_certificate_of_an_unknown_authority_pauses_and_names_the_setting()
    {
        var server = await postfix.GetAsync(RefusesASender);
        var mark = await server.Log.MarkAsync(Token);
        await using var sending = To(server, s => s.Email.TrustedCertificatesPath = null);

        var paused = await Assert.ThrowsAsync<MailingPausedException>(
            () => sending.Dispatcher.SendAsync(new EmailMailing("Trust", Hello, People(30, "trust-")), cancellationToken: Token));

        Assert.Contains("trusted", paused.Reason, StringComparison.Ordinal);
        Assert.Contains("Mailing:Email:TrustedCertificatesPath (now not set)", paused.Reason, StringComparison.Ordinal);
        Assert.Equal((0L, 0L), (paused.Report.Counts.Sent, paused.Report.Counts.Failed));
        await sending.DisposeAsync();
        Assert.Equal(0, (await server.Log.SinceAsync(mark, Token)).Total("mail"));
    }

    [Fact]
    public async Task A_certificate_for_another_name_pauses_and_names_both_names()
    {
        await using var server = await PostfixServer.StartAsync(certificateFor: "other.test", cancellationToken: Token);
        await using var sending = To(server);

        var paused = await Assert.ThrowsAsync<MailingPausedException>(
            () => sending.Dispatcher.SendAsync(new EmailMailing("Name", Hello, People(3, "name-")), cancellationToken: Token));

        Assert.Contains("another name (other.test)", paused.Reason, StringComparison.Ordinal);
        Assert.Contains($"Mailing:Email:Host (now {server.Host})", paused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_UseSsl_an_unknown_authority_does_not_stop_the_mail_and_it_goes_encrypted()
    {
        var server = await postfix.GetAsync(RefusesASender);
        var mark = await server.Log.MarkAsync(Token);
        await using var sending = To(server, s => (s.Email.UseSsl, s.Email.TrustedCertificatesPath) = (false, null));

        var report = await sending.Dispatcher.SendAsync(new EmailMailing("Lenient", Hello, People(3, "lenient-")), cancellationToken: Token);

        Assert.Equal(3, report.Counts.Sent);
        await sending.DisposeAsync();
        var served = await server.Log.SinceAsync(mark, Token);
        Assert.Equal((1, 1), (served.Count, served.Accepted("starttls")));
    }

    [Fact]
    public async Task The_connection_check_goes_through_every_step_and_sends_nothing()
    {
        var server = await postfix.GetAsync(RefusesASender);
        var mark = await server.Log.MarkAsync(Token);
        await using var sending = To(server, s => s.Email.CheckSmtpRecipient = "check@private.test");

        var report = await sending.Check.CheckAsync(Token);

        Assert.True(report.IsOk, report.Error);
        Assert.All(report.Steps, step => Assert.True(step.IsOk, step.Name));
        Assert.Equal(["MAIL FROM", "RCPT TO", "RSET", "QUIT"], report.Steps.Select(step => step.Name).TakeLast(4));
        Assert.StartsWith("Tls1", report.TlsProtocol, StringComparison.Ordinal);
        Assert.Contains("CHUNKING", report.Capabilities);
        var served = await server.Log.SinceAsync(mark, Token);
        Assert.Equal((1, 1, 0, 0), (served.Accepted("mail"), served.Accepted("rcpt"), served.Total("data"), served.Total("bdat")));
    }

    [Theory]
    [InlineData(From, "bad-check@private.test", "RCPT TO", "550", "CheckSmtpRecipient", true)]
    [InlineData(From, "later-check@private.test", "RCPT TO", "450", "CheckSmtpRecipient", false)]
    [InlineData(From, "check@elsewhere.test", "RCPT TO", "Relay access denied", "CheckSmtpRecipient", true)]
    [InlineData("refused@sender.test", "check@private.test", "MAIL FROM", "Sender not allowed here", "DefaultFromAddress", true)]
    public async Task The_connection_check_names_the_refused_step_the_reply_and_the_setting(
        string from, string to, string step, string reply, string setting, bool isPermanent)
    {
        var server = await postfix.GetAsync(RefusesASender);
        await using var sending = To(server, s =>
        {
            (s.Email.DefaultFromAddress, s.Email.CheckSmtpRecipient) = (from, to);
            s.Email.Mailboxes = [new MailboxSettings { Address = from }];
        });

        var report = await sending.Check.CheckAsync(Token);

        Assert.Equal((false, isPermanent), (report.IsOk, report.IsPermanent));
        Assert.Equal((step, false), (report.Steps[^1].Name, report.Steps[^1].IsOk));
        Assert.Contains(step, report.Error, StringComparison.Ordinal);
        Assert.Contains(reply, report.Error, StringComparison.Ordinal);
        Assert.Contains($"Mailing:Email:{setting}", report.Error, StringComparison.Ordinal);
    }
}
