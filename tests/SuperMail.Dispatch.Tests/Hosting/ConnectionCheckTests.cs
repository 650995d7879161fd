using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Tests.Dispatching.DispatcherUnderTest;

namespace SuperMail.Dispatch.Tests.Hosting;

public class ConnectionCheckTests
{
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    private static ChangeableSettings Checked(SmtpTestServer server) =>
        ChangeableSettings.Valid(server).Email("CheckSmtpConnection", "true").Email("CheckSmtpRecipient", "postmaster@example.net");

    [Fact]
    public async Task A_relay_that_lets_us_send_is_proved_at_start_and_no_message_is_sent()
    {
        await using var server = SmtpTestServer.Start();
        await using var tested = new HostUnderTest(settings: Checked(server));
        await tested.StartAsync();
        Assert.Equal((1, 1, 0), (server.CountOf(SmtpVerb.Mail), server.CountOf(SmtpVerb.Rcpt), server.MessagesAccepted));
        Assert.Equal(HealthStatus.Healthy, (await tested.HealthAsync()).Status);
        await tested.Dispatcher.SendAsync(Mailing(1), cancellationToken: Token);
        Assert.Equal(2, server.CountOf(SmtpVerb.Mail)); // not proved a second time
    }

    [Theory]
    [InlineData(SmtpVerb.Mail, "550 5.7.1 sender not allowed", "MAIL FROM", "DefaultFromAddress")]
    [InlineData(SmtpVerb.Rcpt, "554 5.7.1 relaying denied", "RCPT TO", "CheckSmtpRecipient")]
    public async Task A_permanent_refusal_stops_the_start_naming_step_reply_and_setting(SmtpVerb verb, string reply, string step, string setting)
    {
        await using var server = SmtpTestServer.Start();
        server.On(verb, reply);
        await using var tested = new HostUnderTest(settings: Checked(server));
        var refused = await Assert.ThrowsAsync<MailingRefusedException>(tested.StartAsync);
        Assert.Contains(step, refused.Message, StringComparison.Ordinal);
        Assert.Contains(reply, refused.Message, StringComparison.Ordinal);
        Assert.Contains($"Mailing:Email:{setting}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_login_stops_the_start_and_says_no_password()
    {
        await using var server = SmtpTestServer.Start(static o =>
        {
            o.AuthMechanisms = ["PLAIN"];
            o.RequireAuthentication = true;
        });
        await using var tested = new HostUnderTest(settings: Checked(server).Email("UserName", "relay-user").Email("Password", "canary-secret"));
        var refused = await Assert.ThrowsAsync<MailingRefusedException>(tested.StartAsync);
        Assert.Contains("535", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary-secret", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("450 4.7.1 try later")]
    [InlineData(null)] // unreachable
    public async Task A_transient_failure_lets_the_host_start_degrades_health_and_is_tried_again(string? reply)
    {
        var clock = new FakeClock();
        await using var server = SmtpTestServer.Start();
        if (reply is null)
        {
            await server.RefuseConnectionsAsync();
        }
        else
        {
            server.On(SmtpVerb.Rcpt, reply, times: 2);
        }

        await using var tested = new HostUnderTest(settings: Checked(server), time: clock);
        await tested.StartAsync();
        var health = await tested.HealthAsync();
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Contains(reply ?? $"{server.Port}", health.Description, StringComparison.Ordinal);
        Assert.Single(tested.Log.Of(1021));

        await clock.WaitForTimerDueInAsync(Again, Token);
        clock.Advance(Again);
        await Until(() => ValueTask.FromResult(tested.Log.Of(1021).Count() == 2));
        Assert.Equal(HealthStatus.Degraded, (await tested.HealthAsync()).Status);

        server.AcceptConnections();
        await clock.WaitForTimerDueInAsync(Again, Token);
        clock.Advance(Again);
        await Until(async () => (await tested.HealthAsync()).Status is HealthStatus.Healthy);
        Assert.Single(tested.Log.Of(1022));
    }

    [Fact]
    public async Task A_refusal_that_comes_later_degrades_health_and_the_next_mailing_is_told()
    {
        var clock = new FakeClock();
        await using var server = SmtpTestServer.Start();
        server.On(SmtpVerb.Rcpt, "450 4.7.1 try later", times: 1);
        var refusing = server.On(SmtpVerb.Rcpt, "554 5.7.1 relaying denied", times: 1);
        await using var tested = new HostUnderTest(settings: Checked(server), time: clock);
        await tested.StartAsync();
        await clock.WaitForTimerDueInAsync(Again, Token);
        clock.Advance(Again);
        await Until(async () => (await tested.HealthAsync()).Description?.Contains("554", StringComparison.Ordinal) == true);
        var refused = await Assert.ThrowsAsync<MailingRefusedException>(() => tested.Dispatcher.SendAsync(Mailing(1), cancellationToken: Token));
        Assert.Contains("554", refused.Message, StringComparison.Ordinal);

        // Mended: the host need not start anew.
        await clock.WaitForTimerDueInAsync(Again, Token);
        clock.Advance(Again);
        await Until(async () => (await tested.HealthAsync()).Status is HealthStatus.Healthy);
        Assert.Equal(1, (await tested.Dispatcher.SendAsync(Mailing(1), cancellationToken: Token)).Counts.Sent);
    }

    [Fact]
    public async Task Without_a_host_it_runs_before_the_first_batch()
    {
        await using var server = SmtpTestServer.Start();
        server.On(SmtpVerb.Rcpt, "554 5.7.1 relaying denied", times: 1);
        await using var tested = new Dispatching.DispatcherUnderTest(
            static s =>
            {
                s.Email.CheckSmtpConnection = true;
                s.Email.CheckSmtpRecipient = "postmaster@example.net";
            },
            server: server);
        var refused = await Assert.ThrowsAsync<MailingRefusedException>(() => tested.Dispatcher.SendAsync(Mailing(5), cancellationToken: Token));
        Assert.Contains("CheckSmtpRecipient", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, server.MessagesAccepted);
        Assert.Equal(5, (await tested.Dispatcher.SendAsync(Mailing(5), cancellationToken: Token)).Counts.Sent);
        Assert.Equal(5, (await tested.Dispatcher.SendAsync(Mailing(5), cancellationToken: Token)).Counts.Sent);
    }

    [Fact]
    public async Task Without_a_host_a_transient_failure_is_tried_again_too()
    {
        var clock = new FakeClock();
        await using var server = SmtpTestServer.Start();
        server.On(SmtpVerb.Rcpt, "450 4.7.1 try later", times: 1);
        await using var tested = new Dispatching.DispatcherUnderTest(
            static s =>
            {
                s.Email.CheckSmtpConnection = true;
                s.Email.CheckSmtpRecipient = "postmaster@example.net";
            },
            server: server,
            time: clock);
        Assert.Equal(1, (await tested.Dispatcher.SendAsync(Mailing(1), cancellationToken: Token)).Counts.Sent);
        var check = new MailingDispatchHealthCheck(tested.Services);
        Assert.Equal(HealthStatus.Degraded, (await check.CheckHealthAsync(new HealthCheckContext(), Token)).Status);
        await clock.WaitForTimerDueInAsync(Again, Token);
        clock.Advance(Again);
        await Until(async () => (await check.CheckHealthAsync(new HealthCheckContext(), Token)).Status is HealthStatus.Healthy);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_the_check()
    {
        await using var server = SmtpTestServer.Start();
        server.On(SmtpVerb.Rcpt, "450 4.7.1 try later", times: 1);
        var clock = new FakeClock();
        await using var tested = new HostUnderTest(settings: Checked(server), time: clock);
        await tested.StartAsync();
        server.On(SmtpVerb.Connect, SmtpAction.Hang);
        await clock.WaitForTimerDueInAsync(Again, Token);
        clock.Advance(Again);
        await server.WaitForConnectionsAsync(2, Token);
        await tested.StopAsync(Token);
    }
}
