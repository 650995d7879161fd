using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Sqlite.Tests.Dispatching.HostOnLedger;

namespace SuperMail.Dispatch.Sqlite.Tests.Dispatching;

/// <summary>A process that died while it read the recipients.</summary>
public class CutReadingTests
{
    private const int Everybody = 1200;
    private const int Read = 700;

    /// <summary>Brings some of its recipients and then nothing, until the process dies.</summary>
    private static async IAsyncEnumerable<Recipient> Cut()
    {
        foreach (var recipient in People(Read))
        {
            yield return recipient;
        }

        await Task.Delay(Timeout.Infinite, Token);
    }

    private static EmailMailing CutMailing(string? key) =>
        new("Letter", new TemplateContent { Subject = "Hello", Text = "Hello." }, Cut()) { ExternalKey = key };

    [Fact(Timeout = 60_000)]
    public async Task The_same_call_again_brings_the_rest_and_nobody_gets_it_twice()
    {
        await using var crash = await Crash.AfterAsync(CutMailing("spring"), 520, enqueue: false);
        await using var server = SmtpTestServer.Start();
        await using var next = await StartAsync(crash.Ledger, server);
        var status = await next.Dispatcher.GetStatusAsync(crash.Mailing, Token);
        Assert.False(status.Sealed);
        Assert.InRange(status.Report.Counts.Accepted, 500, Read);

        var report = await next.Dispatcher.SendAsync(Mailing(People(Everybody), "spring"), cancellationToken: Token);
        Assert.Equal(crash.Mailing, report.Id);
        Assert.Equal((Everybody, Everybody), (report.Counts.Accepted, report.Counts.Sent + report.Counts.InDoubt));
        Assert.Empty(crash.Before.Intersect(Taken(server)));
    }

    [Fact(Timeout = 60_000)]
    public async Task Other_recipients_under_the_same_key_are_a_conflict()
    {
        await using var crash = await Crash.AfterAsync(CutMailing("spring"), 520, enqueue: false);
        await using var server = SmtpTestServer.Start();
        await using var next = await StartAsync(crash.Ledger, server);
        var conflict = await Assert.ThrowsAsync<MailingConflictException>(
            () => next.Dispatcher.SendAsync(Mailing(People(Everybody, first: 1), "spring"), cancellationToken: Token));
        Assert.Equal(crash.Mailing, conflict.Existing);
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_a_key_it_is_cancelled_and_what_was_accepted_is_accounted_for()
    {
        await using var crash = await Crash.AfterAsync(CutMailing(null), 520, enqueue: false);
        await using var server = SmtpTestServer.Start();
        await using var next = await StartAsync(crash.Ledger, server);
        var report = await next.Dispatcher.WaitAsync(crash.Mailing, Token);
        Assert.Equal(MailingState.Cancelled, report.State);
        Assert.InRange(report.Counts.Sent, 480, 520);
        Assert.Equal(report.Counts.Accepted, report.Counts.Sent + report.Counts.InDoubt + report.Counts.Cancelled);
        Assert.Equal(0, server.MessagesAccepted);
    }
}
