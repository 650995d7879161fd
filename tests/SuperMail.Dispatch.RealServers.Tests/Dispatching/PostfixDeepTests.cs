using SuperMail.Dispatch.RealServers.Tests.Servers;
using Xunit;
using static SuperMail.Dispatch.RealServers.Tests.RealDispatcher;

namespace SuperMail.Dispatch.RealServers.Tests.Dispatching;

/// <summary>Deep flights to a real Postfix that refuses in the middle of them. Without RSET before every MAIL one was seen to crash here.</summary>
public sealed class PostfixDeepTests
{
    private const int MostOctets = 8000;

    // The relay does not say what it takes, so that it must refuse what is too large.
    private static readonly Dictionary<string, string> Silent = new()
    {
        ["message_size_limit"] = $"{MostOctets}",
        ["smtpd_discard_ehlo_keywords"] = "size",
    };

    [Theory]
    [InlineData(1, 16)]
    [InlineData(5, 16)]
    [InlineData(1, 64)]
    public async Task Refusals_of_every_kind_in_one_flight_leave_Postfix_up_and_every_other_message_delivered_once(int threads, int depth)
    {
        const int Total = 200;
        await using var server = await PostfixServer.StartAsync(Silent, cancellationToken: Token);
        var mark = await server.Log.MarkAsync(Token);
        await using var sending = To(server, s =>
        {
            (s.Email.Pipelining, s.Email.PipelineDepth) = (SmtpPipelining.Deep, depth);
            (s.Email.SmtpThreads, s.Email.MaxEmailsPerConnection) = (threads, 100 * threads);
        });
        var content = Hello with { Subject = "Topic {{Number}}", Text = "{{Name}}" };
        var people = Enumerable.Range(0, Total).Select(i => new Recipient($"{PrefixOf(i)}{i}@{PostfixServer.Domain}")
        {
            Fields = new Dictionary<string, string?> { ["Number"] = $"{i}", ["Name"] = i % 20 == 9 ? string.Concat(Enumerable.Repeat("too large\n", MostOctets / 8)) : "N" },
        });

        var report = await sending.Dispatcher.SendAsync(new EmailMailing("Deep", content, people), FirstPass, cancellationToken: Token);

        var account = await sending.AccountAsync(report);
        Assert.All(account, r => Assert.Equal(Expected((int)r.Key.Ordinal), (r.State, r.Failure?.ReplyCode ?? 0, r.Failure?.EnhancedCode.ToString() ?? "")));
        await sending.DisposeAsync();

        var served = await server.Log.SinceAsync(mark, Token);
        foreach (var crash in new[] { "killed by signal", "bad command startup", "panic:", "fatal:", "too many errors", "warning: process" })
        {
            Assert.DoesNotContain(crash, served.Text, StringComparison.Ordinal);
        }

        // Deep it was: a RSET with every message, and one with the probe.
        Assert.Equal((Total + served.Count, Total + served.Count), (served.Total("rset"), served.Total("rcpt")));
        var sent = account.Count(static r => r.State is RecipientState.Sent);
        var delivered = await server.Mail.WaitForAsync(sent, "deep-", Token);
        Assert.Equal(
            account.Where(static r => r.State is RecipientState.Sent).Select(static r => $"deep-{r.Key.Ordinal}@{PostfixServer.Domain}").Order(),
            delivered.Select(static m => m.Recipient).Order());
        Assert.All(delivered, static m => Assert.Equal($"Topic {m.Recipient["deep-".Length..m.Recipient.IndexOf('@', StringComparison.Ordinal)]}", m.Field("Subject")));
    }

    // A refused BDAT, by rule and by size, is followed by a refused RCPT.
    private static string PrefixOf(int i) => (i % 20) switch
    {
        3 or 5 or 10 => "bad-",
        4 => "nodata-",
        14 => "later-",
        _ => "deep-",
    };

    private static (RecipientState, int, string) Expected(int i) => (i % 20) switch
    {
        3 or 5 or 10 => (RecipientState.Failed, 550, "5.1.1"),
        4 => (RecipientState.Failed, 554, "5.7.1"),
        9 => (RecipientState.Failed, 552, "5.3.4"),
        14 => (RecipientState.Retry, 450, "4.2.0"),
        _ => (RecipientState.Sent, 0, ""),
    };
}
