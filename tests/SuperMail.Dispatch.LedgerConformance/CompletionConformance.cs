using Xunit;

namespace SuperMail.Dispatch.LedgerConformance;

/// <summary>Complete, children, retries, finish.</summary>
public abstract class CompletionConformance<TLedger> : LedgerTest<TLedger>
    where TLedger : LedgerUnderTest, new()
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_child_that_is_due_at_once_is_ready_in_the_middle_of_a_millisecond()
    {
        await Under.AdvanceAsync(TimeSpan.FromTicks(1));
        var mailing = await SealedAsync(2);
        var slice = await ClaimOneAsync(mailing);
        await SendAsync(slice, 0, NotSent, Sent);
        await CompleteAsync(slice, Child(slice, 0, TimeSpan.Zero, 0));
        Assert.Equal([mailing], await ReadyAsync());
        Assert.Equal(1, (await ClaimOneAsync(mailing)).Ref.SliceNo);
    }

    [Fact]
    public async Task The_last_completion_finishes_the_mailing_in_the_same_step()
    {
        var mailing = await SealedAsync(2, 1);
        var (one, other) = (await ClaimOneAsync(mailing), await ClaimOneAsync(mailing));
        await SendAsync(one, 0, Sent, Failed);
        await SendAsync(other, 0, Sent);
        Assert.False((await CompleteAsync(one)).Mailing.IsFinished);
        var (fenced, finished) = await CompleteAsync(other);
        Assert.False(fenced);
        Assert.Equal(Under.Now, finished.FinishedAt);
        Assert.Equal(new MailingCounts { Accepted = 3, Sent = 2, Failed = 1 }, finished.Counts);
    }

    [Fact]
    public async Task An_unsealed_mailing_finishes_with_its_seal_not_before()
    {
        var mailing = await UnsealedAsync(Plan() with { SendBeforeSeal = true }, 1);
        var slice = await ClaimOneAsync(mailing);
        await SendAsync(slice, 0, Sent);
        Assert.False((await CompleteAsync(slice)).Mailing.IsFinished);
        Assert.True((await Ledger.SealAsync(mailing, Cancel)).IsFinished);
    }

    [Fact]
    public async Task What_was_not_begun_is_ready_again_from_where_it_was_settled()
    {
        var mailing = await SealedAsync(5);
        var first = await ClaimOneAsync(mailing);
        await SendAsync(first, 0, Sent, Sent);
        await CompleteAsync(first);

        var second = await ClaimOneAsync(mailing);
        Assert.Equal((2, 2, 0), (second.SettledThrough, second.BegunThrough, second.Recorded.Length));
        Assert.Equal(Blob(0, 5).ToArray(), second.Data.ToArray());
        await Assert.ThrowsAsync<InvalidOperationException>(() => BeginAsync(second, 0, 1));
        await SendAsync(second, 2, Sent, Sent, Sent);
        Assert.True((await CompleteAsync(second)).Mailing.IsFinished);
    }

    [Fact]
    public async Task A_begun_position_without_outcome_cannot_be_completed()
    {
        var mailing = await SealedAsync(2);
        var slice = await ClaimOneAsync(mailing);
        await BeginAsync(slice, 0, 2);
        await RecordAsync(slice, 0, Sent);
        await Assert.ThrowsAsync<InvalidOperationException>(() => CompleteAsync(slice));
        await RecordAsync(slice, 1, Sent);
        Assert.True((await CompleteAsync(slice)).Mailing.IsFinished);
    }

    [Fact]
    public async Task Whoever_must_come_again_stands_in_exactly_one_child()
    {
        var mailing = await SealedAsync(3);
        var slice = await ClaimOneAsync(mailing);
        await SendAsync(slice, 0, Sent, Retry, NotSent);
        await Assert.ThrowsAsync<InvalidOperationException>(() => CompleteAsync(slice));
        await Assert.ThrowsAsync<InvalidOperationException>(() => CompleteAsync(slice, Child(slice, 1, Minute, 1)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => CompleteAsync(slice, Child(slice, 1, Minute, 0, 1, 2)));
        await CompleteAsync(slice, Child(slice, 1, Minute, 1), Child(slice, 0, TimeSpan.Zero, 2));
        Assert.Equal(3, (await SlicesAsync(mailing)).Count);
    }

    [Fact]
    public async Task A_retry_waits_until_it_is_due_and_is_counted_while_it_waits()
    {
        var mailing = await SealedAsync(3);
        var slice = await ClaimOneAsync(mailing);
        await SendAsync(slice, 0, Retry, Sent, Retry);
        var (_, waiting) = await CompleteAsync(slice, Child(slice, 1, Minute, 0, 2));

        Assert.Equal(new MailingCounts { Accepted = 3, Sent = 1, Retry = 2 }, waiting.Counts);
        Assert.Equal(Under.Now + Minute, waiting.NextDue);
        Assert.False(waiting.IsFinished);
        await Under.AdvanceAsync(Minute);
        Assert.Null((await FindAsync(mailing)).NextDue);
        var child = await ClaimOneAsync(mailing);
        Assert.Equal([0L, 2L], new[] { child.Ordinals[0], child.Ordinals[1] });
        Assert.Equal(Blob(0, 2).ToArray(), child.Data.ToArray());
        Assert.Equal(2, (await CountsAsync(mailing)).Retry);
        await BeginAsync(child, 0, 1);
        Assert.Equal((1, 1), ((await CountsAsync(mailing)).Retry, (await CountsAsync(mailing)).Ready));
        await RecordAsync(child, 0, Sent);
        await CompleteAsync(child);
        Assert.Equal(1, (await CountsAsync(mailing)).Retry);

        var rest = await ClaimOneAsync(mailing);
        Assert.Equal((child.Ref.SliceNo, 1), (rest.Ref.SliceNo, rest.SettledThrough));
        await SendAsync(rest, 1, Failed);
        Assert.True((await CompleteAsync(rest)).Mailing.IsFinished);
        Assert.Equal(new MailingCounts { Accepted = 3, Sent = 2, Failed = 1 }, await CountsAsync(mailing));
    }

    [Fact]
    public async Task What_was_given_back_uncharged_counts_as_ready_and_is_due_at_once()
    {
        var mailing = await SealedAsync(2);
        var slice = await ClaimOneAsync(mailing);
        await SendAsync(slice, 0, NotSent, Sent);
        var (_, now) = await CompleteAsync(slice, Child(slice, 0, TimeSpan.Zero, 0));
        Assert.Equal((0, 1), (now.Counts.Retry, now.Counts.Ready));
        Assert.Null(now.NextDue);
        Assert.Equal(1, (await ClaimOneAsync(mailing)).Count);
    }

    [Fact]
    public async Task A_child_may_have_children()
    {
        var mailing = await SealedAsync(3);
        var slice = await ClaimOneAsync(mailing);
        await SendAsync(slice, 0, Retry, Sent, Retry);
        await CompleteAsync(slice, Child(slice, 1, TimeSpan.Zero, 0, 2));
        var child = await ClaimOneAsync(mailing);
        await SendAsync(child, 0, Sent, Retry);
        await CompleteAsync(child, Child(child, 2, TimeSpan.Zero, 2));
        var grandchild = await ClaimOneAsync(mailing);
        Assert.Equal((2L, 1), (grandchild.Ordinals[0], grandchild.Count));
        await SendAsync(grandchild, 0, Sent);
        Assert.True((await CompleteAsync(grandchild)).Mailing.IsFinished);
        Assert.Equal([null, 0, 1], (await SlicesAsync(mailing)).Select(one => one.ParentSliceNo));
    }

    [Fact]
    public async Task The_next_due_is_the_earliest_that_still_waits()
    {
        var mailing = await SealedAsync(2);
        var slice = await ClaimOneAsync(mailing);
        await SendAsync(slice, 0, Retry, Retry);
        var start = Under.Now;
        await CompleteAsync(slice, Child(slice, 1, 5 * Minute, 0), Child(slice, 1, Minute, 1));
        Assert.Equal(start + Minute, (await FindAsync(mailing)).NextDue);
        await Under.AdvanceAsync(Minute);
        Assert.Equal(start + (5 * Minute), (await FindAsync(mailing)).NextDue);
    }

    [Fact]
    public async Task A_child_of_a_paused_mailing_waits_for_the_resume()
    {
        var mailing = await SealedAsync(1);
        var slice = await ClaimOneAsync(mailing);
        await SendAsync(slice, 0, Retry);
        await WantAsync(mailing, DesiredState.Pause);
        await CompleteAsync(slice, Child(slice, 1, Minute, 0));
        await Under.AdvanceAsync(Minute);
        Assert.Empty(await Session.ClaimAsync(mailing, 1, Cancel));
        Assert.Equal(1, (await CountsAsync(mailing)).Retry);
        await WantAsync(mailing, DesiredState.Run);
        await ClaimOneAsync(mailing);
    }
}
