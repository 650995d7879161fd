using Xunit;

namespace SuperMail.Dispatch.LedgerConformance;

/// <summary>Begin and record.</summary>
public abstract class WindowConformance<TLedger> : LedgerTest<TLedger>
    where TLedger : LedgerUnderTest, new()
{
    [Fact]
    public async Task A_window_may_hold_ranges_of_several_slices_and_mailings()
    {
        var one = await SealedAsync(3, 2);
        var other = await SealedAsync(4);
        var claimed = new[] { await ClaimOneAsync(one), await ClaimOneAsync(one), await ClaimOneAsync(other) };
        SliceRange[] window = [.. claimed.Select(slice => new SliceRange(slice.Ref, 0, slice.Count))];
        Assert.Equal([BeginResult.Accepted, BeginResult.Accepted, BeginResult.Accepted], await Session.BeginAsync(window, Cancel));
        await Session.RecordAsync(
            [.. window.Select(range => new OutcomeRange { Slice = range.Slice, First = 0, Codes = Enumerable.Repeat(Sent, range.Count).ToArray() })], Cancel);
        Assert.Equal(5, (await CountsAsync(one)).Sent);
        Assert.Equal(4, (await CountsAsync(other)).Sent);
    }

    [Fact]
    public async Task Two_ranges_of_one_slice_follow_each_other_in_one_window()
    {
        var slice = await ClaimOneAsync(await SealedAsync(4));
        Assert.Equal(
            [BeginResult.Accepted, BeginResult.Accepted],
            await Session.BeginAsync([new(slice.Ref, 0, 1), new(slice.Ref, 1, 3)], Cancel));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 1)]
    [InlineData(1, 4)]
    [InlineData(1, 0)]
    public async Task A_begin_out_of_order_or_beyond_the_end_is_a_fault_of_the_caller(int first, int count)
    {
        var slice = await ClaimOneAsync(await SealedAsync(4));
        await BeginAsync(slice, 0, 1);
        await Assert.ThrowsAsync<InvalidOperationException>(() => BeginAsync(slice, first, count));
        Assert.Equal(BeginResult.Accepted, await BeginAsync(slice, 1, 3));
    }

    [Fact]
    public async Task A_window_with_a_fault_in_it_begins_nothing()
    {
        var mailing = await SealedAsync(4, 4);
        var claimed = await Session.ClaimAsync(mailing, 2, Cancel);
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Session.BeginAsync([new(claimed[0].Ref, 0, 2), new(claimed[1].Ref, 3, 1)], Cancel).AsTask());
        Assert.Equal(BeginResult.Accepted, await BeginAsync(claimed[0], 0, 4));
    }

    [Fact]
    public async Task What_a_provider_counted_is_summed_once_and_never_for_a_lost_claim()
    {
        var mailing = await SealedAsync(4);
        Assert.Equal(default, (await Ledger.FindMailingAsync(mailing, Cancel))!.Usage);
        var slice = await ClaimOneAsync(mailing);
        await BeginAsync(slice, 0, 4);
        OutcomeRange first = new() { Slice = slice.Ref, First = 0, Codes = new[] { Sent, Sent }, Usage = new SmsUsage(3, 0.105m) };
        await Session.RecordAsync([first], Cancel);
        await Session.RecordAsync([first], Cancel);
        Assert.Equal(new SmsUsage(3, 0.105m), (await Ledger.FindMailingAsync(mailing, Cancel))!.Usage);
        var lost = slice.Ref with { Generation = slice.Ref.Generation - 1 };
        await Session.RecordAsync([new OutcomeRange { Slice = lost, First = 2, Codes = new[] { Sent, Sent }, Usage = new SmsUsage(9, 9m) }], Cancel);
        await Session.RecordAsync([new OutcomeRange { Slice = slice.Ref, First = 2, Codes = new[] { Sent, Sent }, Usage = new SmsUsage(2) }], Cancel);
        Assert.Equal(new SmsUsage(5, 0.105m), (await Ledger.FindMailingAsync(mailing, Cancel))!.Usage);
    }

    [Fact]
    public async Task A_cost_that_nobody_said_stays_unknown()
    {
        var mailing = await SealedAsync(1);
        var slice = await ClaimOneAsync(mailing);
        await BeginAsync(slice, 0, 1);
        await Session.RecordAsync([new OutcomeRange { Slice = slice.Ref, First = 0, Codes = new[] { Sent }, Usage = new SmsUsage(1) }], Cancel);
        Assert.Equal(new SmsUsage(1, null), (await Ledger.FindMailingAsync(mailing, Cancel))!.Usage);
    }

    [Fact]
    public async Task All_windows_of_a_paused_mailing_in_one_begin_are_held_back()
    {
        var mailing = await SealedAsync(4);
        var slice = await ClaimOneAsync(mailing);
        await WantAsync(mailing, DesiredState.Pause);
        Assert.Equal(
            [BeginResult.Paused, BeginResult.Paused, BeginResult.Paused],
            await Session.BeginAsync([new(slice.Ref, 0, 1), new(slice.Ref, 1, 2), new(slice.Ref, 3, 1)], Cancel));
        await WantAsync(mailing, DesiredState.Run);
        Assert.Equal(BeginResult.Accepted, await BeginAsync(slice, 0, 4));
    }

    [Fact]
    public async Task Every_outcome_is_counted_by_its_kind()
    {
        var mailing = await SealedAsync(9);
        var slice = await ClaimOneAsync(mailing);
        await SendAsync(slice, 0, Sent, Failed, InDoubt, new(OutcomeKind.Duplicate), new(OutcomeKind.Blocked), Cancelled, Retry, NotSent);
        Assert.Equal(
            new MailingCounts { Accepted = 9, Sent = 1, Failed = 1, InDoubt = 1, Duplicate = 1, Blocked = 1, Cancelled = 1 },
            await CountsAsync(mailing));
        Assert.Equal(3, (await CountsAsync(mailing)).Ready);
    }

    [Fact]
    public async Task Outcomes_of_a_window_may_come_one_by_one_and_in_any_order()
    {
        var mailing = await SealedAsync(3);
        var slice = await ClaimOneAsync(mailing);
        await BeginAsync(slice, 0, 3);
        await RecordAsync(slice, 2, Sent);
        await RecordAsync(slice, 0, Failed);
        await RecordAsync(slice, 1, Sent);
        await CompleteAsync(slice);
        Assert.Equal([Failed, Sent, Sent], (await SlicesAsync(mailing))[0].Codes.ToArray());
    }

    [Fact]
    public async Task Saying_an_outcome_again_changes_nothing()
    {
        var mailing = await SealedAsync(3);
        var slice = await ClaimOneAsync(mailing);
        await SendAsync(slice, 0, Sent, Retry);
        await RecordAsync(slice, 0, Sent, Retry);
        Assert.Equal(1, (await CountsAsync(mailing)).Sent);
        Assert.Equal(2, Flat(await OutcomesAsync(mailing)).Count());
        await CompleteAsync(slice, Child(slice, 1, TimeSpan.Zero, 1));
    }

    [Fact]
    public async Task An_outcome_without_a_begin_is_a_fault_of_the_caller()
    {
        var mailing = await SealedAsync(3);
        var slice = await ClaimOneAsync(mailing);
        await BeginAsync(slice, 0, 1);
        await Assert.ThrowsAsync<InvalidOperationException>(() => RecordAsync(slice, 0, Sent, Sent));
        Assert.Equal(0, (await CountsAsync(mailing)).Sent);
    }

    [Fact]
    public async Task Nothing_is_begun_of_a_paused_mailing_and_the_rest_of_the_window_is_untouched_by_it()
    {
        var paused = await SealedAsync(2);
        var running = await SealedAsync(2);
        var (one, other) = (await ClaimOneAsync(paused), await ClaimOneAsync(running));
        await WantAsync(paused, DesiredState.Pause);
        Assert.Equal(
            [BeginResult.Paused, BeginResult.Accepted],
            await Session.BeginAsync([new(one.Ref, 0, 2), new(other.Ref, 0, 2)], Cancel));
        await WantAsync(paused, DesiredState.Run);
        Assert.Equal(BeginResult.Accepted, await BeginAsync(one, 0, 2));
    }

    [Fact]
    public async Task Failures_and_provider_keys_are_kept_with_their_recipients()
    {
        var mailing = await SealedAsync(2);
        var slice = await ClaimOneAsync(mailing);
        var detail = new FailureDetail(1, 1, 550, new EnhancedStatusCode(5, 1, 1), "no such user");
        await BeginAsync(slice, 0, 2);
        await Session.RecordAsync(
            [new OutcomeRange { Slice = slice.Ref, First = 0, Codes = new[] { Sent, Failed }, Failures = [detail], ProviderKeys = [new(0, "p-1")] }], Cancel);
        Assert.Equal(detail, (await Ledger.FindRecipientAsync(mailing, 1, Cancel))!.Failure);
        Assert.Null((await Ledger.FindRecipientAsync(mailing, 0, Cancel))!.Failure);
        Assert.Equal(new RecipientKey(mailing, 0), await Ledger.FindByProviderKeyAsync("p-1", Cancel));
        Assert.Equal([detail], (await OutcomesAsync(mailing)).SelectMany(row => row.Failures));
    }
}
