using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Tests.Hostile.AttackedDispatcher;

namespace SuperMail.Dispatch.Tests.Hostile.Cve;

/// <summary>
/// STARTTLS injection and stripping: CVE-2026-41319, CVE-2021-38371, CVE-2021-22947; a login in clear text:
/// CVE-2017-15042. The engine's own tests of it stand in SmtpTlsTests and SmtpLoginTests.
/// </summary>
public sealed class TlsStrippingTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Words_put_behind_the_reply_to_STARTTLS_end_the_connection_and_nothing_goes_in_clear(bool demanded)
    {
        await using var attacked = new AttackedDispatcher(relay: static o => o.StartTls = true, settings: s => s.Email.UseSsl = demanded);
        attacked.Relay.On(SmtpVerb.StartTls, SmtpAction.Raw("220 go\r\n250-injected.test\r\n250-AUTH PLAIN\r\n250 SIZE 1\r\n"));

        var paused = await Assert.ThrowsAsync<MailingPausedException>(() => attacked.SendAsync(Plain, new Recipient("bob@example.com")));

        Assert.Contains("only an attacker in between sends", paused.Reason, StringComparison.Ordinal);
        Assert.Equal((0, 0L), (attacked.Relay.MessagesAccepted, attacked.Relay.CountOf(SmtpVerb.Mail)));
    }

    [Fact]
    public async Task A_relay_whose_STARTTLS_was_cut_out_gets_neither_mail_nor_password()
    {
        await using var attacked = new AttackedDispatcher(
            relay: static o => o.AuthMechanisms = ["PLAIN"],
            settings: s => (s.Email.UseSsl, s.Email.UserName, s.Email.Password) = (true, "user", "password"));

        var paused = await Assert.ThrowsAsync<MailingPausedException>(() => attacked.SendAsync(Plain, new Recipient("bob@example.com")));

        Assert.Contains("Mailing:Email:UseSsl (now True)", paused.Reason, StringComparison.Ordinal);
        Assert.Equal((0L, 0L), (attacked.Relay.CountOf(SmtpVerb.Auth), attacked.Relay.CountOf(SmtpVerb.Mail)));
    }

    [Fact]
    public async Task A_relay_that_refuses_STARTTLS_where_a_login_is_set_gets_no_password_in_clear()
    {
        await using var attacked = new AttackedDispatcher(
            relay: static o => (o.StartTls, o.AuthMechanisms) = (true, ["PLAIN"]),
            settings: s => (s.Email.UserName, s.Email.Password) = ("user", "password"));
        attacked.Relay.On(SmtpVerb.StartTls, "454 4.7.0 TLS not available now");
        var id = await attacked.Dispatcher.EnqueueAsync(new EmailMailing("T", Plain, [new Recipient("bob@example.com")]), TestContext.Current.CancellationToken);
        await attacked.Relay.WaitForCommandAsync(SmtpVerb.StartTls, 2, TestContext.Current.CancellationToken); // tried again, not gone around
        await attacked.Dispatcher.CancelAsync(id, TestContext.Current.CancellationToken);
        Assert.Equal((0L, 0L), (attacked.Relay.CountOf(SmtpVerb.Auth), attacked.Relay.CountOf(SmtpVerb.Mail)));
    }
}
