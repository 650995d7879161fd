using Xunit;

namespace SuperMail.Dispatch.LedgerConformance;

/// <summary>Pause, resume, cancel at each moment, and how sessions hear of it.</summary>
public abstract class ControlConformance<TLedger> : LedgerTest<TLedger>
    where TLedger : LedgerUnderTest, new()
{
    [Fact]
    public async Task A_change_is_kept_with_its_reason_and_raises_the_version()
    {
        var mailing = await SealedAsync(1);
        var paused = await WantAsync(mailing, DesiredState.Pause, "wrong password");
        Assert.Equal((DesiredState.Pause, 1L, "wrong password"), (paused.Desired, paused.ControlVersion, paused.Reason));
        var running = await WantAsync(mailing, DesiredState.Run);
        Assert.Equal((DesiredState.Run, 2L, null), (running.Desired, running.ControlVersion, running.Reason));
    }

    [Fact]
    public async Task Wanting_the_same_again_is_no_change()
    {
        var mailing = await SealedAsync(1);
        await WantAsync(mailing, DesiredState.Pause, "first");
        var again = await WantAsync(mailing, DesiredState.Pause, "second");
        Assert.Equal((1L, "first"), (again.ControlVersion, again.Reason));
    }

    [Fact]
    public async Task Who_saw_another_version_changes_nothing()
    {
        var mailing = await SealedAsync(1);
        await WantAsync(mailing, DesiredState.Pause);
        await Assert.ThrowsAsync<LedgerConflictException>(() =>
            Ledger.SetDesiredStateAsync(mailing, DesiredState.Run, null, 0, Cancel).AsTask());
        Assert.Equal(DesiredState.Pause, (await FindAsync(mailing)).Desired);
        Assert.Equal(DesiredState.Run, (await Ledger.SetDesiredStateAsync(mailing, DesiredState.Run, null, 1, Cancel)).Desired);
    }

    [Fact]
    public async Task Cancel_ends_what_nobody_has_claimed_at_once()
    {
        var mailing = await SealedAsync(2, 3);
        var cancelled = await WantAsync(mailing, DesiredState.Cancel, "enough");
        Assert.Equal(new MailingCounts { Accepted = 5, Cancelled = 5 }, cancelled.Counts);
        Assert.Equal(Under.Now, cancelled.FinishedAt);
        Assert.Equal("enough", cancelled.Reason);
        Assert.Equal(Enumerable.Range(0, 5).Select(i => ((long)i, Cancelled)), Flat(await OutcomesAsync(mailing)));
        Assert.Empty(await Session.ClaimAsync(mailing, 1, Cancel));
    }

    [Fact]
    public async Task Cancel_ends_what_waits_for_another_attempt()
    {
        var mailing = await SealedAsync(2);
        var slice = await ClaimOneAsync(mailing);
        await SendAsync(slice, 0, Sent, Retry);
        await CompleteAsync(slice, Child(slice, 1, TimeSpan.FromHours(1), 1));
        var cancelled = await WantAsync(mailing, DesiredState.Cancel);
        Assert.Equal(new MailingCounts { Accepted = 2, Sent = 1, Cancelled = 1 }, cancelled.Counts);
        Assert.True(cancelled.IsFinished);
        Assert.Null(cancelled.NextDue);
    }

    [Fact]
    public async Task What_is_claimed_follows_a_cancel_when_its_slice_is_completed()
    {
        var mailing = await SealedAsync(6, 1);
        var slice = await ClaimOneAsync(mailing);
        await SendAsync(slice, 0, Sent, Retry);
        await BeginAsync(slice, 2, 2);
        var cancelled = await WantAsync(mailing, DesiredState.Cancel);
        Assert.False(cancelled.IsFinished);
        Assert.Equal((1, 5), (cancelled.Counts.Cancelled, cancelled.Counts.Ready));
        Assert.Equal(BeginResult.Paused, await BeginAsync(slice, 4, 2));

        await RecordAsync(slice, 2, InDoubt, NotSent);
        var (_, done) = await CompleteAsync(slice, Child(slice, 1, TimeSpan.FromHours(1), 1), Child(slice, 0, TimeSpan.Zero, 3));
        Assert.Equal(new MailingCounts { Accepted = 7, Sent = 1, InDoubt = 1, Cancelled = 5 }, done.Counts);
        Assert.True(done.IsFinished);
        Assert.Empty(await ReadyAsync());
        foreach (var ordinal in new[] { 1, 3, 4, 5, 6 })
        {
            Assert.Equal(Cancelled, (await Ledger.FindRecipientAsync(mailing, ordinal, Cancel))!.Code);
        }
    }

    [Fact]
    public async Task The_data_of_the_cancelled_is_kept_for_a_resend()
    {
        var mailing = await SealedAsync(3);
        await WantAsync(mailing, DesiredState.Cancel);
        Assert.Equal(Blob(0, 3).ToArray(), Assert.Single(await SlicesAsync(mailing)).Data.ToArray());
    }

    [Fact]
    public async Task Cancel_before_the_seal_finishes_too()
    {
        var mailing = await UnsealedAsync(Plan(), 2);
        Assert.True((await WantAsync(mailing, DesiredState.Cancel)).IsFinished);
    }

    [Fact]
    public async Task Cancel_before_the_first_recipient_finishes_too() =>
        Assert.True((await WantAsync(await UnsealedAsync(Plan()), DesiredState.Cancel)).IsFinished);

    [Fact]
    public async Task What_is_finished_or_cancelled_stays_as_it_is()
    {
        var finished = await SealedAsync();
        Assert.Equal(DesiredState.Run, (await WantAsync(finished, DesiredState.Cancel)).Desired);
        var cancelled = await SealedAsync(1);
        await ClaimOneAsync(cancelled);
        await WantAsync(cancelled, DesiredState.Cancel, "first");
        var again = await Ledger.SetDesiredStateAsync(cancelled, DesiredState.Run, "second", 77, Cancel);
        Assert.Equal((DesiredState.Cancel, "first", 1L), (again.Desired, again.Reason, again.ControlVersion));
    }

    [Fact]
    public async Task A_heartbeat_brings_each_change_once_and_grants_one_host_its_wishes()
    {
        var mailing = await SealedAsync(1);
        await WantAsync(mailing, DesiredState.Pause, "quota");
        LaneGrant[] wishes = [new(Lane, 5, 100, 0)];
        var first = await Session.HeartbeatAsync(wishes, Cancel);
        Assert.Equal([new ControlChange(mailing, DesiredState.Pause, 1, "quota")], first.Changes);
        Assert.Equal(wishes, first.Grants);
        Assert.True(first.Lease > TimeSpan.Zero);
        Assert.Empty((await Session.HeartbeatAsync(wishes, Cancel)).Changes);
    }

    [Fact]
    public async Task Of_several_windows_of_a_paused_mailing_each_is_told_so()
    {
        var mailing = await SealedAsync(6);
        var slice = await ClaimOneAsync(mailing);
        await WantAsync(mailing, DesiredState.Pause);
        Assert.Equal(
            [BeginResult.Paused, BeginResult.Paused],
            await Session.BeginAsync([new SliceRange(slice.Ref, 0, 2), new SliceRange(slice.Ref, 2, 2)], Cancel));
    }
}
