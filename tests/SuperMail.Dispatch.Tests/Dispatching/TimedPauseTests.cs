using SuperMail.Dispatch.Reports;
using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Tests.Dispatching.DispatcherUnderTest;

namespace SuperMail.Dispatch.Tests.Dispatching;

/// <summary>A daily quota pauses a mailing until the day is over.</summary>
public class TimedPauseTests
{
    private static readonly Verdict Quota = new()
    {
        Kind = VerdictKind.NotSent, Signal = RelaySignal.Pause, ResumeAfter = TimeSpan.FromHours(24), Phase = DeliveryPhase.Rcpt, ReplyCode = 550, Text = "Daily limit exceeded",
    };

    [Fact]
    public void The_time_is_read_from_the_reason_that_it_was_written_into()
    {
        var until = new DateTimeOffset(2026, 3, 1, 23, 59, 58, TimeSpan.FromHours(2));
        var reason = TimedPause.Reason("550 Daily limit. Goes on by itself at noon.", until);
        Assert.Equal("550 Daily limit. Goes on by itself at noon. Goes on by itself at 2026-03-01T21:59:58Z.", reason);
        Assert.Equal(until, TimedPause.TimeIn(reason));
        Assert.Null(TimedPause.TimeIn("550 Daily limit. Goes on by itself at noon."));
        Assert.Null(TimedPause.TimeIn(null));
    }

    [Fact(Timeout = 15_000)]
    public async Task The_report_says_when_and_then_the_mailing_goes_on_by_itself()
    {
        var clock = new FakeClock();
        var start = clock.GetUtcNow();
        var transport = new RecordingTransport(_ => clock.GetUtcNow() < start.AddHours(24) ? Quota : ScriptedTransport.Taken);
        await using var tested = new DispatcherUnderTest(transport: transport, time: clock);
        var paused = await Assert.ThrowsAsync<MailingPausedException>(async () => await tested.Dispatcher.WaitAsync(await tested.Dispatcher.EnqueueAsync(Mailing(30), Token), Token));
        Assert.Equal(start.AddHours(24), paused.Report.ResumesAt);
        Assert.Contains("Daily limit exceeded", paused.Reason, StringComparison.Ordinal);
        Assert.Equal((0, 0), (paused.Report.Counts.Failed, paused.Report.Counts.Retry));

        clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal(MailingState.Paused, (await tested.Dispatcher.GetStatusAsync(paused.Id, Token)).Report.State);
        clock.Advance(TimeSpan.FromHours(1));
        await Until(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(1)); // the next heartbeat sees it
            return (await tested.Dispatcher.GetStatusAsync(paused.Id, Token)).Report.State is MailingState.Completed;
        });
        var report = (await tested.Dispatcher.GetStatusAsync(paused.Id, Token)).Report;
        Assert.Equal((30, null), (report.Counts.Sent, report.ResumesAt));
    }

    [Fact(Timeout = 15_000)]
    public async Task A_pause_of_the_host_that_came_meanwhile_is_not_ended()
    {
        var clock = new FakeClock();
        var calm = false;
        var transport = new RecordingTransport(_ => Volatile.Read(ref calm) ? ScriptedTransport.Taken : Quota);
        await using var tested = new DispatcherUnderTest(transport: transport, time: clock);
        var paused = await Assert.ThrowsAsync<MailingPausedException>(async () => await tested.Dispatcher.WaitAsync(await tested.Dispatcher.EnqueueAsync(Mailing(30), Token), Token));
        Volatile.Write(ref calm, true);
        await tested.Dispatcher.PauseAsync(paused.Id, Token);
        Assert.Null((await tested.Dispatcher.GetStatusAsync(paused.Id, Token)).Report.ResumesAt);
        clock.Advance(TimeSpan.FromHours(25));
        var other = tested.Dispatcher.SendAsync(Mailing(5, "other"), cancellationToken: Token);
        await Until(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return ValueTask.FromResult(other.IsCompleted);
        });
        Assert.Equal(5, (await other).Counts.Sent);
        Assert.Equal(MailingState.Paused, (await tested.Dispatcher.GetStatusAsync(paused.Id, Token)).Report.State);
    }
}
