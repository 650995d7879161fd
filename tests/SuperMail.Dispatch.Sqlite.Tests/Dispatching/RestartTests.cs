using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Sqlite.Tests.Dispatching.HostOnLedger;

namespace SuperMail.Dispatch.Sqlite.Tests.Dispatching;

/// <summary>What the next life of a host does with what a killed one left.</summary>
public class RestartTests
{
    private const int Everybody = 300;

    [Fact(Timeout = 60_000)]
    public async Task An_unfinished_mailing_goes_on_by_itself_and_nobody_gets_it_twice()
    {
        await using var crash = await Crash.AfterAsync(Mailing(People(Everybody)), 45);
        await using var server = SmtpTestServer.Start();
        await using var next = await StartAsync(crash.Ledger, server);
        var report = await next.Dispatcher.WaitAsync(crash.Mailing, Token);

        Assert.Equal(MailingState.CompletedWithInDoubt, report.State);
        Assert.Equal(Everybody, report.Counts.Sent + report.Counts.InDoubt);

        // One connection, a window on the wire and one begun ahead.
        Assert.InRange(report.Counts.InDoubt, 1, 40);
        var after = Taken(server).ToHashSet();
        Assert.Empty(crash.Before.Intersect(after));
        Assert.Equal(after.Count, server.MessagesAccepted);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_report_names_who_is_in_doubt_and_a_decision_sends_to_them_again()
    {
        await using var crash = await Crash.AfterAsync(Mailing(People(Everybody)), 45);
        await using var server = SmtpTestServer.Start();
        await using var next = await StartAsync(crash.Ledger, server);
        var report = await next.Dispatcher.WaitAsync(crash.Mailing, Token);

        var doubts = await next.OutcomesAsync(crash.Mailing, new OutcomeFilter { States = [RecipientState.InDoubt] });
        Assert.Equal(report.Counts.InDoubt, doubts.Count);
        Assert.All(doubts, doubt => Assert.Equal(OutcomeReason.ProcessEnded, doubt.Reason));
        var one = (await next.Dispatcher.GetRecipientAsync(crash.Mailing, doubts[0].Ordinal, Token))!;
        Assert.Equal((RecipientState.InDoubt, $"user{doubts[0].Ordinal}@example.com"), (one.State, one.Address));

        var decided = await next.Dispatcher.ResolveInDoubtAsync(crash.Mailing, InDoubtDecision.Resend, cancellationToken: Token);
        Assert.Equal(doubts.Count, decided);
        report = await next.Dispatcher.WaitAsync(crash.Mailing, Token);
        Assert.Equal((MailingState.Completed, Everybody), (report.State, report.Counts.Sent));
        var twice = crash.Before.Intersect(Taken(server));
        Assert.Subset(doubts.Select(static doubt => $"user{doubt.Ordinal}").ToHashSet(), twice.ToHashSet());
    }

    [Fact(Timeout = 60_000)]
    public async Task With_resend_everybody_gets_it_and_who_may_have_it_twice_is_told()
    {
        await using var crash = await Crash.AfterAsync(Mailing(People(Everybody), policy: InDoubtPolicy.Resend), 45);
        await using var server = SmtpTestServer.Start();
        await using var next = await StartAsync(crash.Ledger, server);
        var report = await next.Dispatcher.WaitAsync(crash.Mailing, Token);
        Assert.Equal((MailingState.Completed, Everybody), (report.State, report.Counts.Sent));

        var again = (await next.OutcomesAsync(crash.Mailing)).Where(static one => one.Reason is OutcomeReason.ResentInDoubt).Select(static one => $"user{one.Ordinal}").ToHashSet();
        Assert.NotEmpty(again);
        Assert.Subset(again, crash.Before.Intersect(Taken(server)).ToHashSet());
        Assert.Equal(Everybody, crash.Before.Union(Taken(server)).Count());
    }

    [Fact(Timeout = 60_000)]
    public async Task With_assume_sent_nobody_is_left_in_doubt_and_nobody_gets_it_twice()
    {
        await using var crash = await Crash.AfterAsync(Mailing(People(Everybody), policy: InDoubtPolicy.AssumeSent), 45);
        await using var server = SmtpTestServer.Start();
        await using var next = await StartAsync(crash.Ledger, server);
        var report = await next.Dispatcher.WaitAsync(crash.Mailing, Token);
        Assert.Equal((MailingState.Completed, Everybody), (report.State, report.Counts.Sent));
        Assert.Empty(crash.Before.Intersect(Taken(server)));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_stop_in_order_leaves_nobody_in_doubt()
    {
        using var folder = new LedgerFolder();
        await using var server = SmtpTestServer.Start();
        var first = await StartAsync(folder.Ledger, server);
        var mailing = await first.Dispatcher.EnqueueAsync(Mailing(People(3000)), Token);
        await server.WaitForMessagesAsync(100, Token);
        await first.StopAsync();
        Assert.InRange(server.MessagesAccepted, 100, 2999);

        await using var next = await StartAsync(folder.Ledger, server);
        var report = await next.Dispatcher.WaitAsync(mailing, Token);
        Assert.Equal((MailingState.Completed, 3000), (report.State, report.Counts.Sent));
        Assert.Equal(3000, server.MessagesAccepted);
        Assert.Equal(3000, Taken(server).Distinct().Count());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_host_that_follows_the_outcomes_goes_on_where_it_was_before_the_crash()
    {
        await using var crash = await Crash.AfterAsync(Mailing(People(Everybody)), 45);
        var seen = new List<long>();
        var position = 0L;
        await using (var server = SmtpTestServer.Start())
        await using (var next = await StartAsync(crash.Ledger, server))
        {
            await next.Dispatcher.WaitAsync(crash.Mailing, Token);

            // It remembers each recipient's position, and ends in the middle of a window.
            await foreach (var outcome in next.Dispatcher.GetOutcomesAsync(crash.Mailing, cancellationToken: Token))
            {
                seen.Add(outcome.Ordinal);
                position = outcome.Position;
                if (seen.Count == 133)
                {
                    break;
                }
            }
        }

        await using var other = SmtpTestServer.Start();
        await using var last = await StartAsync(crash.Ledger, other);
        seen.AddRange((await last.OutcomesAsync(crash.Mailing, new OutcomeFilter { After = position })).Select(static one => one.Ordinal));
        Assert.Equal(Everybody, seen.Count);
        Assert.Equal(Enumerable.Range(0, Everybody).Select(static i => (long)i), seen.Order());
        Assert.Equal(0, other.MessagesAccepted);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_pause_for_a_daily_quota_ends_by_its_time_in_another_life()
    {
        using var folder = new LedgerFolder();
        var start = FakeClock.DefaultStart;
        MailingId id;
        await using (var server = SmtpTestServer.Start())
        {
            server.On(SmtpVerb.Rcpt, "550 5.4.5 Daily user sending limit exceeded");
            await using var life = await StartAsync(folder.Ledger, server, time: new FakeClock(start));
            id = await life.Dispatcher.EnqueueAsync(Mailing(People(30)), Token);
            var paused = await Assert.ThrowsAsync<MailingPausedException>(() => life.Dispatcher.WaitAsync(id, Token));
            Assert.Equal(start.AddHours(24), paused.Report.ResumesAt);
        }

        await using var calm = SmtpTestServer.Start();
        await using (var early = await StartAsync(folder.Ledger, calm, time: new FakeClock(start.AddHours(23))))
        {
            Assert.Equal(MailingState.Paused, (await early.Dispatcher.GetStatusAsync(id, Token)).Report.State);
        }

        await using var next = await StartAsync(folder.Ledger, calm, time: new FakeClock(start.AddHours(24)));
        while ((await next.Dispatcher.GetStatusAsync(id, Token)).Report is { State: not MailingState.Completed })
        {
            Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.Equal(30, calm.MessagesAccepted);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_copy_from_a_backup_waits_until_somebody_resumes_it()
    {
        await using var crash = await Crash.AfterAsync(Mailing(People(Everybody)), 45);
        File.Delete(crash.Ledger + "-guard");
        await using var server = SmtpTestServer.Start();
        await using var next = await StartAsync(crash.Ledger, server);
        var paused = await Assert.ThrowsAsync<MailingPausedException>(() => next.Dispatcher.WaitAsync(crash.Mailing, Token));
        Assert.Contains("older copy", paused.Reason, StringComparison.Ordinal);
        Assert.Equal(0, server.MessagesAccepted);

        await next.Dispatcher.ResumeAsync(crash.Mailing, Token);
        var report = await next.Dispatcher.WaitAsync(crash.Mailing, Token);
        Assert.Equal(Everybody, report.Counts.Sent + report.Counts.InDoubt);
    }
}
