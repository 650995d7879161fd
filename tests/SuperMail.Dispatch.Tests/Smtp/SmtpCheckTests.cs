using SuperMail.Dispatch.Smtp;
using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Smtp;

public sealed class SmtpCheckTests
{
    [Fact]
    public async Task A_good_relay_passes_and_is_sent_nothing()
    {
        await using var bed = SmtpBed.Start();
        var report = await CheckAsync(bed);
        Assert.True(report.IsOk);
        Assert.Equal(["connect", "greeting", "EHLO", "MAIL FROM", "RCPT TO", "RSET", "QUIT"], report.Steps.Select(step => step.Name));
        Assert.All(report.Steps, step => Assert.True(step.IsOk));
        Assert.Contains("PIPELINING", report.Capabilities);
        Assert.Equal((0, 0L), (bed.Server.MessagesAccepted, bed.Server.CountOf(SmtpVerb.Data)));
        Assert.Contains("MAIL FROM:<sender@example.org>", await bed.LinesAsync());
        Assert.Contains("RCPT TO:<check@example.org>", await bed.LinesAsync());
    }

    [Theory]
    [InlineData(SmtpVerb.Connect, "554 5.7.1 no", "greeting", true)]
    [InlineData(SmtpVerb.Connect, "421 4.3.2 later", "greeting", false)]
    [InlineData(SmtpVerb.Ehlo, "450 4.3.2 later", "EHLO", false)]
    [InlineData(SmtpVerb.Mail, "550 5.7.1 not your domain", "MAIL FROM", true)]
    [InlineData(SmtpVerb.Mail, "451 4.3.0 later", "MAIL FROM", false)]
    [InlineData(SmtpVerb.Rcpt, "554 5.7.1 relay denied", "RCPT TO", true)]
    public async Task A_failure_names_step_reply_and_setting_and_whether_it_lasts(SmtpVerb verb, string reply, string step, bool isPermanent)
    {
        await using var bed = SmtpBed.Start();
        bed.Server.On(verb, reply);
        var report = await CheckAsync(bed);
        Assert.False(report.IsOk);
        Assert.Equal((step, false), (report.Steps[^1].Name, report.Steps[^1].IsOk));
        Assert.Equal(reply, report.Steps[^1].Reply);
        Assert.Equal(isPermanent, report.IsPermanent);
        Assert.Contains(reply[..3], report.Error, StringComparison.Ordinal);
        if (verb is SmtpVerb.Mail or SmtpVerb.Rcpt)
        {
            Assert.Contains(verb == SmtpVerb.Mail ? "Mailing:Email:DefaultFromAddress" : "Mailing:Email:CheckSmtpRecipient", report.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_relay_that_is_away_degrades_and_a_wrong_password_stops()
    {
        await using var bed = SmtpBed.Start(configure: options => options.AuthMechanisms = ["PLAIN"]);
        (bed.Settings.UserName, bed.Settings.Password) = ("user", "wrong");
        var refused = await CheckAsync(bed);
        Assert.True(refused.IsPermanent);
        Assert.Equal("AUTH", refused.Steps[^1].Name);
        await bed.Server.RefuseConnectionsAsync();
        var away = await CheckAsync(bed);
        Assert.Equal((false, false), (away.IsOk, away.IsPermanent));
    }

    private static ValueTask<SmtpConnectionReport> CheckAsync(SmtpBed bed) => new SmtpConnectionCheck(bed.Transport).CheckAsync(SmtpBed.Token);
}
