using Xunit;

namespace SuperMail.Dispatch.LedgerConformance;

/// <summary>Waiting for work: may wake early, never late, and misses nothing.</summary>
public abstract class WaitConformance<TLedger> : LedgerTest<TLedger>
    where TLedger : LedgerUnderTest, new()
{
    /// <summary>Waits until the lane has work, as a dispatcher does: look, and wait when there is none.</summary>
    private async Task<MailingId> WorkAsync(string lane = Lane)
    {
        var seen = 0L;
        while (true)
        {
            seen = await Session.WaitForWorkAsync(lane, seen, Cancel);
            if (await Session.ListReadyAsync(lane, 1, Cancel) is [var ready])
            {
                return ready.Mailing;
            }
        }
    }

    /// <summary>A wait that has certainly begun: its first part runs on this thread.</summary>
    private async Task<MailingId> WakesAsync(Func<Task> change)
    {
        var work = WorkAsync();
        Assert.False(work.IsCompleted);
        await change();
        return await Soon(work);
    }

    [Fact]
    public async Task A_seal_wakes()
    {
        var mailing = await UnsealedAsync(Plan(), 1);
        Assert.Equal(mailing, await WakesAsync(() => Ledger.SealAsync(mailing, Cancel).AsTask()));
    }

    [Fact]
    public async Task Slices_that_may_go_before_the_seal_wake()
    {
        var mailing = await UnsealedAsync(Plan() with { SendBeforeSeal = true });
        Assert.Equal(mailing, await WakesAsync(() => AppendAsync(mailing, 0, 1)));
    }

    [Fact]
    public async Task A_resume_wakes()
    {
        var mailing = await SealedAsync(1);
        await WantAsync(mailing, DesiredState.Pause);
        Assert.Equal(mailing, await WakesAsync(() => WantAsync(mailing, DesiredState.Run)));
    }

    [Fact]
    public async Task The_moment_before_which_nothing_leaves_wakes()
    {
        var mailing = await SealedAsync(Plan() with { NotBefore = Under.Now.AddHours(3) }, 1);
        Assert.Equal(mailing, await WakesAsync(() => Under.AdvanceAsync(TimeSpan.FromHours(3)).AsTask()));
    }

    [Fact]
    public async Task A_due_time_wakes()
    {
        var mailing = await SealedAsync(1);
        var slice = await ClaimOneAsync(mailing);
        await SendAsync(slice, 0, Retry);
        await CompleteAsync(slice, Child(slice, 1, TimeSpan.FromMinutes(7), 0));
        Assert.Equal(mailing, await WakesAsync(() => Under.AdvanceAsync(TimeSpan.FromMinutes(7)).AsTask()));
    }

    [Fact]
    public async Task A_due_time_wakes_although_a_reader_looked_first()
    {
        var mailing = await SealedAsync(1, 1);
        var slice = await ClaimOneAsync(mailing);
        await SendAsync(slice, 0, Retry);
        await CompleteAsync(slice, Child(slice, 1, TimeSpan.FromMinutes(7), 0));
        await ClaimOneAsync(mailing);
        var seen = await Session.WaitForWorkAsync(Lane, 0, Cancel);
        await Under.AdvanceAsync(TimeSpan.FromMinutes(7));
        await FindAsync(mailing);
        await Soon(Session.WaitForWorkAsync(Lane, seen, Cancel));
    }

    [Fact]
    public async Task What_is_given_back_wakes()
    {
        var mailing = await SealedAsync(2);
        var slice = await ClaimOneAsync(mailing);
        Assert.Equal(mailing, await WakesAsync(() => CompleteAsync(slice)));
    }

    [Fact]
    public async Task A_pause_wakes_so_that_its_slices_are_given_back()
    {
        var mailing = await SealedAsync(1);
        var seen = await Session.WaitForWorkAsync(Lane, 0, Cancel);
        var waiting = Session.WaitForWorkAsync(Lane, seen, Cancel);
        await WantAsync(mailing, DesiredState.Pause);
        Assert.NotEqual(seen, await Soon(waiting));
    }

    [Fact]
    public async Task The_end_of_a_mailing_wakes()
    {
        var mailing = await SealedAsync(1);
        var slice = await ClaimOneAsync(mailing);
        await SendAsync(slice, 0, Sent);
        var seen = await Session.WaitForWorkAsync(Lane, 0, Cancel);
        var waiting = Session.WaitForWorkAsync(Lane, seen, Cancel);
        await CompleteAsync(slice);
        await Soon(waiting);
    }

    [Fact]
    public async Task A_doubt_that_is_sent_again_wakes()
    {
        var mailing = await SealedAsync(1);
        var slice = await ClaimOneAsync(mailing);
        await SendAsync(slice, 0, InDoubt);
        await CompleteAsync(slice);
        Assert.Equal(mailing, await WakesAsync(() =>
            Ledger.ReviseAsync(mailing, [new(0, 0, OutcomeKind.InDoubt, NotSent)], [Child(0, 0, TimeSpan.Zero, 0)], Cancel).AsTask()));
    }

    [Fact]
    public async Task What_changed_between_two_waits_is_not_missed()
    {
        var seen = await Soon(Session.WaitForWorkAsync(Lane, 0, Cancel));
        await SealedAsync(1);
        Assert.NotEqual(seen, await Soon(Session.WaitForWorkAsync(Lane, seen, Cancel)));
    }

    [Fact]
    public async Task Many_waiters_all_wake()
    {
        var mailing = await UnsealedAsync(Plan(), 1);
        var waiting = Enumerable.Range(0, 8).Select(_ => WorkAsync()).ToList();
        await Ledger.SealAsync(mailing, Cancel);
        Assert.All(await Soon(Task.WhenAll(waiting)), found => Assert.Equal(mailing, found));
    }

    [Fact]
    public async Task A_wait_can_be_given_up()
    {
        using var enough = new CancellationTokenSource();
        var seen = await Session.WaitForWorkAsync(Lane, 0, Cancel);
        var waiting = Session.WaitForWorkAsync(Lane, seen, enough.Token).AsTask();
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Soon(waiting));
    }
}
