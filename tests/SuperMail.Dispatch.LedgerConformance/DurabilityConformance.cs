using Xunit;

namespace SuperMail.Dispatch.LedgerConformance;

/// <summary>For durable ledgers: everything that returned is there after the process died.</summary>
public abstract class DurabilityConformance<TLedger> : LedgerTest<TLedger>
    where TLedger : LedgerUnderTest, new()
{
    [Fact]
    public async Task Everything_that_returned_is_there_again()
    {
        var mailing = await SealedAsync(Plan("key"), 4, 2);
        var slice = await ClaimOneAsync(mailing);
        await SendAsync(slice, 0, Sent, Retry);
        await BeginAsync(slice, 2, 1);
        await WantAsync(mailing, DesiredState.Pause, "reason");
        await Ledger.RecordEventsAsync([new(new(mailing, 0), RecipientEventKind.Delivered, Under.Now)], Cancel);
        var before = await FindAsync(mailing);
        await Under.ReopenAsync();

        Assert.True(Ledger.Capabilities.Durable);
        var after = await FindAsync(mailing);
        Assert.Equal(before.Counts, after.Counts);
        Assert.Equal((DesiredState.Pause, "reason", 1L, true), (after.Desired, after.Reason, after.ControlVersion, after.Sealed));
        Assert.Equal(Blob(0, 6).ToArray(), after.RunningHash.ToArray());
        Assert.Equal(mailing, (await Ledger.FindMailingByKeyAsync("key", Cancel))!.Id);
        Assert.Equal([(0L, Sent), (1L, Retry)], Flat(await OutcomesAsync(mailing)));
        Assert.Single((await Ledger.FindRecipientAsync(mailing, 0, Cancel))!.Events);
    }

    [Fact]
    public async Task What_was_begun_without_outcome_is_known_after_the_lease()
    {
        var mailing = await SealedAsync(4);
        var slice = await ClaimOneAsync(mailing);
        var lease = (await Session.HeartbeatAsync([], Cancel)).Lease;
        await SendAsync(slice, 0, Sent);
        await BeginAsync(slice, 1, 2);
        await Under.ReopenAsync();

        await Under.AdvanceAsync(lease);
        var session = await Ledger.OpenSessionAsync(Cancel);
        var taken = Assert.Single(await session.RecoverAsync(Lane, 10, Cancel));
        Assert.Equal((0, 3), (taken.SettledThrough, taken.BegunThrough));
        Assert.Equal([Sent, default, default], taken.Recorded.ToArray());
        await RecordAsync(session, taken, 1, InDoubt, InDoubt);
        await CompleteAsync(session, taken);
        Assert.Equal(3, (await ClaimOneAsync(session, mailing)).SettledThrough);
    }

    [Fact]
    public async Task A_reading_that_was_cut_off_goes_on_where_it_was()
    {
        var plan = Plan("key");
        await UnsealedAsync(plan, 3);
        await Under.ReopenAsync();
        var (mailing, existed) = await Ledger.CreateMailingAsync(Plan("key"), Cancel);
        Assert.True(existed);
        Assert.Equal((3L, false), (mailing.Counts.Accepted, mailing.Sealed));
        await AppendAsync(plan.Id, 3, 2);
        Assert.Equal(5, (await Ledger.SealAsync(plan.Id, Cancel)).Counts.Accepted);
    }
}
