using SuperMail.Dispatch.RealServers.Tests.Servers;
using Xunit;
using static SuperMail.Dispatch.RealServers.Tests.RealDispatcher;

namespace SuperMail.Dispatch.RealServers.Tests.Dispatching;

public sealed class PostfixRefusalTests(SharedPostfix postfix) : IClassFixture<SharedPostfix>
{
    [Theory]
    [InlineData("mid-bdat-", true)]
    [InlineData("mid-data-", false)]
    public async Task Refused_recipients_get_their_verdict_and_cost_no_connection(string prefix, bool chunking)
    {
        const int Total = 200;
        var server = await postfix.GetAsync();
        var mark = await server.Log.MarkAsync(Token);
        await using var sending = To(server, s => s.Email.UseChunking = chunking);
        var people = Enumerable.Range(0, Total).Select(i => (i % 25) switch
        {
            3 => Person($"bad-{prefix}{i}"),
            9 => Person($"later-{prefix}{i}"),
            14 => Person($"full-{prefix}{i}"),
            20 => Person($"{prefix}{i}", "elsewhere.test"),
            _ => Person($"{prefix}{i}"),
        });

        var report = await sending.Dispatcher.SendAsync(new EmailMailing("Mixed", Hello, people), FirstPass, cancellationToken: Token);

        Assert.Equal((Total - 32, 24L, 8L), (report.Counts.Sent, report.Counts.Failed, report.Counts.Retry));
        var account = await sending.AccountAsync(report);
        Assert.All(account, r => Assert.Equal(Expected((int)r.Key.Ordinal), Found(r)));
        await sending.DisposeAsync();

        var served = await server.Log.SinceAsync(mark, Token);
        Assert.Equal((Total / 20, Total - 32, Total), (served.Count, served.Accepted("rcpt"), served.Total("rcpt")));
        var delivered = await server.Mail.WaitForAsync(Total - 32, prefix, Token);
        Assert.Equal(
            account.Where(r => r.State is RecipientState.Sent).Select(r => $"{prefix}{r.Key.Ordinal}@{PostfixServer.Domain}").Order(),
            delivered.Select(m => m.Recipient).Order());

        static (RecipientState, int, string) Expected(int i) => (i % 25) switch
        {
            3 => (RecipientState.Failed, 550, "5.1.1"),
            9 => (RecipientState.Retry, 450, "4.2.0"),
            14 => (RecipientState.Failed, 552, "5.2.2"),
            20 => (RecipientState.Failed, 554, "5.7.1"),
            _ => (RecipientState.Sent, 0, ""),
        };
    }

    [Theory]
    [InlineData("run-bdat-", SmtpPipelining.Standard, true)]
    [InlineData("run-data-", SmtpPipelining.Standard, false)]
    [InlineData("run-off-", SmtpPipelining.Off, false)]
    public async Task A_long_run_of_refusals_changes_the_connection_before_Postfix_loses_patience(string prefix, SmtpPipelining pipelining, bool chunking)
    {
        const int Refused = 45;
        const int Good = 10;
        var server = await postfix.GetAsync();
        var mark = await server.Log.MarkAsync(Token);
        await using var sending = To(server, s =>
        {
            (s.Email.Pipelining, s.Email.UseChunking) = (pipelining, chunking);
            (s.Email.SmtpThreads, s.Email.MaxEmailsPerConnection) = (1, 100);
        });

        // Alternating, so that the rule of K sees no run: it is not what is tested here.
        string[] kinds = ["bad-", "full-", "later-"];
        var people = Enumerable.Range(0, Refused).Select(i => Person($"{kinds[i % 3]}{prefix}{i}")).Concat(People(Good, prefix));
        var report = await sending.Dispatcher.SendAsync(new EmailMailing("Bad list", Hello, people), FirstPass, cancellationToken: Token);

        Assert.Equal((Good, 30L, 15L), (report.Counts.Sent, report.Counts.Failed, report.Counts.Retry));
        var account = await sending.AccountAsync(report);
        Assert.All(account[..Refused], r => Assert.Equal(
            (r.Key.Ordinal % 3) switch
            {
                0 => (RecipientState.Failed, 550, "5.1.1"),
                1 => (RecipientState.Failed, 552, "5.2.2"),
                _ => (RecipientState.Retry, 450, "4.2.0"),
            },
            Found(r)));
        await sending.DisposeAsync();

        var served = await server.Log.SinceAsync(mark, Token);
        Assert.DoesNotContain("too many errors", served.Text, StringComparison.Ordinal);
        Assert.All(served.PerConnection("rcpt"), n => Assert.True(n <= 8 + Good, $"{n} recipients on one connection"));
        Assert.Equal(Refused + Good, served.Total("rcpt"));

        // A refused recipient is one error; in a group with DATA, which is refused with it, two.
        var perConnection = pipelining is SmtpPipelining.Standard && !chunking ? 4 : 8;
        Assert.InRange(served.Count, Refused / perConnection, (Refused / perConnection) + 2);
        Assert.Equal(Good, (await server.Mail.WaitForAsync(Good, prefix, Token)).Count);
    }

    [Fact]
    public async Task A_list_that_Postfix_does_not_relay_pauses_after_three_and_fails_nobody()
    {
        var server = await postfix.GetAsync();
        var mark = await server.Log.MarkAsync(Token);
        await using var sending = To(server, s => s.Email.SmtpThreads = 1);
        var people = Enumerable.Range(0, 50).Select(i => Person($"k-{i}", "elsewhere.test"));

        var paused = await Assert.ThrowsAsync<MailingPausedException>(
            () => sending.Dispatcher.SendAsync(new EmailMailing("Foreign", Hello, people), cancellationToken: Token));

        Assert.Contains("Relay access denied", paused.Reason, StringComparison.Ordinal);
        Assert.Contains("554", paused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("k-0@", paused.Message, StringComparison.Ordinal);
        Assert.Equal((0L, 0L, MailingState.Paused), (paused.Report.Counts.Sent, paused.Report.Counts.Failed, paused.Report.State));
        await sending.DisposeAsync();
        Assert.InRange((await server.Log.SinceAsync(mark, Token)).Total("rcpt"), 3, 4);
    }

    [Theory]
    [InlineData("content-bdat-", SmtpPipelining.Standard, true)]
    [InlineData("content-data-", SmtpPipelining.Standard, false)]
    [InlineData("content-off-", SmtpPipelining.Off, true)]
    public async Task Content_refused_at_its_end_fails_that_recipient_alone(string prefix, SmtpPipelining pipelining, bool chunking)
    {
        const int Total = 60;
        var server = await postfix.GetAsync();
        var mark = await server.Log.MarkAsync(Token);
        await using var sending = To(server, s => (s.Email.Pipelining, s.Email.UseChunking) = (pipelining, chunking));
        var content = Hello with { Subject = "{{Topic}}" };
        var people = Enumerable.Range(0, Total).Select(i => new Recipient($"{prefix}{i}@{PostfixServer.Domain}")
        {
            Fields = new Dictionary<string, string?> { ["Name"] = "N", ["Topic"] = i % 15 is 7 or 8 ? "refuse-this-content" : $"Topic {i}" },
        });

        var report = await sending.Dispatcher.SendAsync(new EmailMailing("Content", content, people), cancellationToken: Token);

        Assert.Equal((Total - 8, 8L, 0L), (report.Counts.Sent, report.Counts.Failed, report.Counts.InDoubt));
        Assert.All(await sending.AccountAsync(report), r => Assert.Equal(
            r.Key.Ordinal % 15 is 7 or 8 ? (RecipientState.Failed, 550, "5.7.1") : (RecipientState.Sent, 0, ""), Found(r)));
        await sending.DisposeAsync();

        Assert.Equal(Total / 20, (await server.Log.SinceAsync(mark, Token)).Count);
        var delivered = await server.Mail.WaitForAsync(Total - 8, prefix, Token);
        Assert.Equal(Total - 8, delivered.Select(m => m.Recipient).Distinct().Count());

        // Each content went to its own recipient, also where an envelope had been pushed aside.
        Assert.All(delivered, m => Assert.Equal($"Topic {m.Recipient[prefix.Length..m.Recipient.IndexOf('@', StringComparison.Ordinal)]}", m.Field("Subject")));
    }

    private static (RecipientState, int, string) Found(RecipientStatus recipient) =>
        (recipient.State, recipient.Failure?.ReplyCode ?? 0, recipient.Failure?.EnhancedCode.ToString() ?? "");
}
