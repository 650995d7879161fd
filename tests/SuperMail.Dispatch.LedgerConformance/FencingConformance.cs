using Xunit;

namespace SuperMail.Dispatch.LedgerConformance;

/// <summary>Leases, takeover, and what a stale owner may still do: nothing.</summary>
public abstract class FencingConformance<TLedger> : LedgerTest<TLedger>
    where TLedger : LedgerUnderTest, new()
{
    private async Task<ClaimedSlice> TakeOverAsync(ILedgerSession from)
    {
        await ExpireAsync(from);
        await Session.HeartbeatAsync([], Cancel);
        return Assert.Single(await Session.RecoverAsync(Lane, 10, Cancel));
    }

    [Fact]
    public async Task Nothing_is_taken_from_a_session_that_lives()
    {
        var mailing = await SealedAsync(2);
        var other = await Ledger.OpenSessionAsync(Cancel);
        await ClaimOneAsync(other, mailing);
        var lease = (await other.HeartbeatAsync([], Cancel)).Lease;
        await Under.AdvanceAsync(lease - TimeSpan.FromMilliseconds(1));
        Assert.Empty(await Session.RecoverAsync(Lane, 10, Cancel));
        await other.HeartbeatAsync([], Cancel);
        await Under.AdvanceAsync(lease - TimeSpan.FromMilliseconds(1));
        Assert.Empty(await Session.RecoverAsync(Lane, 10, Cancel));
        Assert.Empty(await Session.ClaimAsync(mailing, 1, Cancel));
    }

    [Fact]
    public async Task A_takeover_gives_the_outcomes_that_are_known_and_none_where_none_is()
    {
        var mailing = await SealedAsync(8);
        var other = await Ledger.OpenSessionAsync(Cancel);
        var settled = await ClaimOneAsync(other, mailing);
        await BeginAsync(other, settled, 0, 1);
        await RecordAsync(other, settled, 0, Sent);
        await CompleteAsync(other, settled);
        var lost = await ClaimOneAsync(other, mailing);
        await BeginAsync(other, lost, 1, 4);
        await RecordAsync(other, lost, 1, Sent, Retry);

        var taken = await TakeOverAsync(other);
        Assert.Equal(lost.Ref.SliceNo, taken.Ref.SliceNo);
        Assert.True(taken.Ref.Generation > lost.Ref.Generation);
        Assert.Equal((1, 5, 8), (taken.SettledThrough, taken.BegunThrough, taken.Count));
        Assert.Equal([Sent, Retry, default, default], taken.Recorded.ToArray());
        Assert.Equal(Blob(0, 8).ToArray(), taken.Data.ToArray());

        await RecordAsync(taken, 3, InDoubt, InDoubt);
        var (_, after) = await CompleteAsync(taken, Child(taken, 1, TimeSpan.Zero, 2));
        Assert.Equal(new MailingCounts { Accepted = 8, Sent = 2, InDoubt = 2, Retry = 1 }, after.Counts);
        var rest = await Session.ClaimAsync(mailing, 5, Cancel);
        Assert.Equal([1, 0], rest.Select(slice => slice.Ref.SliceNo));
        Assert.Equal(5, rest[1].SettledThrough);
    }

    [Fact]
    public async Task A_session_that_is_disposed_gives_up_its_slices_at_once()
    {
        var mailing = await SealedAsync(2);
        var other = await Ledger.OpenSessionAsync(Cancel);
        var slice = await ClaimOneAsync(other, mailing);
        await BeginAsync(other, slice, 0, 1);
        await other.DisposeAsync();
        var taken = Assert.Single(await Session.RecoverAsync(Lane, 10, Cancel));
        Assert.Equal((0, 1), (taken.SettledThrough, taken.BegunThrough));
    }

    [Fact]
    public async Task Each_lost_slice_is_taken_over_once_by_the_lane_s_sessions_and_no_more_than_asked_for()
    {
        var mailing = await SealedAsync(1, 1, 1);
        var foreign = await SealedAsync(Plan() with { Lane = "sms" }, 1);
        var other = await Ledger.OpenSessionAsync(Cancel);
        await other.ClaimAsync(mailing, 3, Cancel);
        await other.ClaimAsync(foreign, 1, Cancel);
        await other.DisposeAsync();

        var first = await Session.RecoverAsync(Lane, 2, Cancel);
        var second = await (await Ledger.OpenSessionAsync(Cancel)).RecoverAsync(Lane, 10, Cancel);
        Assert.Equal((2, 1), (first.Count, second.Count));
        Assert.Equal([0, 1, 2], first.Concat(second).Select(slice => slice.Ref.SliceNo).Order());
        Assert.Equal(foreign, Assert.Single(await Session.RecoverAsync("sms", 10, Cancel)).Ref.Mailing);
    }

    [Fact]
    public async Task A_session_does_not_take_over_from_itself()
    {
        var slice = await ClaimOneAsync(await SealedAsync(1));
        await ExpireAsync(Session);
        Assert.Empty(await Session.RecoverAsync(Lane, 10, Cancel));
        Assert.Equal(BeginResult.Accepted, await BeginAsync(slice, 0, 1));
    }

    [Fact]
    public async Task Slices_of_paused_and_of_cancelled_mailings_are_taken_over_too()
    {
        var (paused, cancelled) = (await SealedAsync(1), await SealedAsync(2));
        var other = await Ledger.OpenSessionAsync(Cancel);
        await ClaimOneAsync(other, paused);
        await BeginAsync(other, await ClaimOneAsync(other, cancelled), 0, 1);
        await WantAsync(paused, DesiredState.Pause);
        await WantAsync(cancelled, DesiredState.Cancel);
        await other.DisposeAsync();
        var taken = await Session.RecoverAsync(Lane, 10, Cancel);
        Assert.Equal(2, taken.Count);
        var slice = taken.Single(one => one.Ref.Mailing == cancelled);
        await RecordAsync(slice, 0, InDoubt);
        Assert.True((await CompleteAsync(slice)).Mailing.IsFinished);
    }

    [Fact]
    public async Task A_stale_owner_begins_nothing_and_completes_nothing()
    {
        var mailing = await SealedAsync(4);
        var other = await Ledger.OpenSessionAsync(Cancel);
        var stale = await ClaimOneAsync(other, mailing);
        await BeginAsync(other, stale, 0, 1);
        var taken = await TakeOverAsync(other);

        Assert.Equal(BeginResult.Fenced, await BeginAsync(other, stale, 1, 1));
        Assert.True((await CompleteAsync(other, stale)).Fenced);
        await RecordAsync(taken, 0, InDoubt);
        Assert.Equal(BeginResult.Accepted, await BeginAsync(taken, 1, 3));
    }

    [Fact]
    public async Task A_late_outcome_is_evidence_and_moves_nobody()
    {
        var mailing = await SealedAsync(2);
        var other = await Ledger.OpenSessionAsync(Cancel);
        var stale = await ClaimOneAsync(other, mailing);
        await BeginAsync(other, stale, 0, 2);
        var taken = await TakeOverAsync(other);

        await RecordAsync(other, stale, 0, Sent, Sent);
        Assert.Equal(default, (await CountsAsync(mailing)) with { Accepted = 0 });
        await RecordAsync(taken, 0, InDoubt, InDoubt);
        await CompleteAsync(taken);
        await RecordAsync(other, stale, 0, Sent, Sent);

        Assert.Equal(new MailingCounts { Accepted = 2, InDoubt = 2 }, await CountsAsync(mailing));
        Assert.Equal(InDoubt, (await Ledger.FindRecipientAsync(mailing, 0, Cancel))!.Code);
        Assert.Equal([InDoubt, InDoubt], (await SlicesAsync(mailing))[0].Codes.ToArray());
        var rows = await OutcomesAsync(mailing);
        Assert.Equal([(0L, InDoubt), (1L, InDoubt)], Flat(rows.Where(row => !row.IsEvidence)));
        Assert.All(Flat(rows.Where(row => row.IsEvidence)), one => Assert.Equal(Sent, one.Code));
        Assert.NotEmpty(rows.Where(row => row.IsEvidence));
    }

    [Fact]
    public async Task An_old_claim_stays_stale_after_the_slice_came_back_to_the_same_session()
    {
        var mailing = await SealedAsync(3);
        var old = await ClaimOneAsync(mailing);
        await CompleteAsync(old);
        var now = await ClaimOneAsync(mailing);
        Assert.Equal(BeginResult.Fenced, await BeginAsync(old, 0, 1));
        Assert.True((await CompleteAsync(old)).Fenced);
        Assert.Equal(BeginResult.Accepted, await BeginAsync(now, 0, 1));
        await RecordAsync(old, 0, Failed);
        Assert.Equal(0, (await CountsAsync(mailing)).Failed);
    }

    [Fact]
    public async Task A_late_heartbeat_keeps_what_nobody_has_taken()
    {
        var mailing = await SealedAsync(1);
        var other = await Ledger.OpenSessionAsync(Cancel);
        var slice = await ClaimOneAsync(other, mailing);
        await ExpireAsync(other);
        await other.HeartbeatAsync([], Cancel);
        Assert.Empty(await Session.RecoverAsync(Lane, 10, Cancel));
        Assert.Equal(BeginResult.Accepted, await BeginAsync(other, slice, 0, 1));
    }

    [Fact]
    public async Task A_completed_claim_is_no_longer_held()
    {
        var mailing = await SealedAsync(1);
        var slice = await ClaimOneAsync(mailing);
        await SendAsync(slice, 0, Sent);
        await CompleteAsync(slice);
        Assert.True((await CompleteAsync(slice)).Fenced);
        Assert.Equal(BeginResult.Fenced, await BeginAsync(slice, 0, 1));
        await Session.DisposeAsync();
        var other = await Ledger.OpenSessionAsync(Cancel);
        Assert.Empty(await other.RecoverAsync(Lane, 10, Cancel));
    }
}
