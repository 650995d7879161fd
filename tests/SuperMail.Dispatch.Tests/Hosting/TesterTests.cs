using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Tests.Dispatching.DispatcherUnderTest;

namespace SuperMail.Dispatch.Tests.Hosting;

public class TesterTests
{
    [Fact]
    public async Task A_test_gives_the_relays_own_answer_for_each_address()
    {
        await using var server = SmtpTestServer.Start();
        server.On(SmtpVerb.Rcpt, "550 5.1.1 no such user", when: static c => c.Argument.Contains("user1@", StringComparison.Ordinal));
        server.On(SmtpVerb.EndOfData, "250 2.0.0 queued as 4711");
        await using var tested = new HostUnderTest(server: server);
        await tested.StartAsync();
        var results = await tested.Services.GetRequiredService<IMailingTester>().SendEmailAsync(
            new EmailMailing("T", Hello, [.. People(2), new Recipient("not an address")]), Token);
        Assert.Equal([true, false, false], results.Select(static r => r.IsSent));
        Assert.Equal("user0@example.com", results[0].Address);
        Assert.Equal(250, results[0].Verdict.ReplyCode);
        Assert.Contains("queued as 4711", results[0].Verdict.Text, StringComparison.Ordinal);
        Assert.Equal((550, "no such user"), (results[1].Verdict.ReplyCode, results[1].Verdict.Text));
        Assert.NotNull(results[2].Verdict.Text);
        Assert.Equal((1, 1), (server.MessagesAccepted, server.TotalConnections));
        Assert.Contains("Dear N0", server.Messages[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_stands_in_no_ledger_and_in_no_statistic()
    {
        var transport = new RecordingTransport();
        await using var tested = new HostUnderTest(transport: transport);
        await tested.StartAsync();
        Assert.All(await tested.Services.GetRequiredService<IMailingTester>().SendEmailAsync(Mailing(3), Token), static r => Assert.True(r.IsSent));
        Assert.Equal(3, transport.Messages.Count);
        Assert.Empty(await tested.Dispatcher.ListAsync(cancellationToken: Token).ToArrayAsync(Token));
    }

    [Theory]
    [InlineData(20, true)]
    [InlineData(21, false)]
    public async Task A_test_goes_to_at_most_twenty(int recipients, bool goes)
    {
        var transport = new RecordingTransport();
        await using var tested = new HostUnderTest(transport: transport);
        var tester = tested.Services.GetRequiredService<IMailingTester>();
        if (goes)
        {
            Assert.Equal(recipients, (await tester.SendEmailAsync(Mailing(recipients), Token)).Count);
        }
        else
        {
            Assert.Contains("20", (await Assert.ThrowsAsync<MailingRefusedException>(() => tester.SendEmailAsync(Mailing(recipients), Token))).Message, StringComparison.Ordinal);
            Assert.Equal(0, transport.Connections);
        }
    }

    [Fact]
    public async Task A_test_without_a_relay_says_which_step_failed()
    {
        await using var server = SmtpTestServer.Start();
        await server.RefuseConnectionsAsync();
        await using var tested = new HostUnderTest(server: server);
        var fault = await Assert.ThrowsAsync<MailTransportException>(() => tested.Services.GetRequiredService<IMailingTester>().SendEmailAsync(Mailing(1), Token));
        Assert.Contains($"{server.Port}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_relay_that_hangs_up_in_a_test_is_an_answer_too()
    {
        await using var server = SmtpTestServer.Start();
        server.On(SmtpVerb.EndOfData, SmtpAction.Close);
        await using var tested = new HostUnderTest(server: server);
        var fault = await Record.ExceptionAsync(() => tested.Services.GetRequiredService<IMailingTester>().SendEmailAsync(Mailing(1), Token));
        Assert.IsType<MailTransportException>(fault);
    }

    [Fact]
    public async Task A_token_provider_is_asked_and_a_refused_token_is_asked_for_anew()
    {
        await using var server = SmtpTestServer.Start(static o =>
        {
            o.AuthMechanisms = ["XOAUTH2"];
            o.RequireAuthentication = true;
            (o.UserName, o.Password) = ("relay-user", "fresh-token");
        });
        var provider = new Tokens();
        await using var tested = new HostUnderTest(
            settings: ChangeableSettings.Valid(server).Email("UserName", "relay-user").Email("SmtpThreads", "1"),
            build: b => b.UseTokenProvider(_ => provider));
        await tested.StartAsync();
        Assert.Equal(5, (await tested.Dispatcher.SendAsync(Mailing(5), cancellationToken: Token)).Counts.Sent);
        Assert.Equal([("relay-user", false), ("relay-user", true)], provider.Asked);
    }

    private sealed class Tokens : ISmtpTokenProvider
    {
        public ConcurrentQueue<(string, bool)> Asked { get; } = [];

        public ValueTask<string> GetTokenAsync(string userName, bool refresh, CancellationToken cancellationToken)
        {
            Asked.Enqueue((userName, refresh));
            return new(refresh ? "fresh-token" : "stale-token");
        }
    }
}
