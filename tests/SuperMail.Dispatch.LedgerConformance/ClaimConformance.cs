using System.Collections.Concurrent;
using Xunit;

namespace SuperMail.Dispatch.LedgerConformance;

/// <summary>What is ready, and who gets it.</summary>
public abstract class ClaimConformance<TLedger> : LedgerTest<TLedger>
    where TLedger : LedgerUnderTest, new()
{
    [Fact]
    public async Task A_claim_gives_slices_in_order_with_their_data()
    {
        var mailing = await SealedAsync(3, 2, 4);
        var claimed = await Session.ClaimAsync(mailing, 2, Cancel);

        Assert.Equal([0, 1], claimed.Select(slice => slice.Ref.SliceNo));
        Assert.All(claimed, slice => Assert.Equal(mailing, slice.Ref.Mailing));
        Assert.Equal([0L, 1L, 2L, 3L, 4L], claimed.SelectMany(slice => Enumerable.Range(0, slice.Count).Select(i => slice.Ordinals[i])));
        Assert.Equal(Blob(3, 2).ToArray(), claimed[1].Data.ToArray());
        Assert.All(claimed, slice => Assert.Equal((0, 0, 0), (slice.SettledThrough, slice.BegunThrough, slice.Recorded.Length)));
        Assert.Equal(2, Assert.Single(await Session.ClaimAsync(mailing, 5, Cancel)).Ref.SliceNo);
        Assert.Empty(await Session.ClaimAsync(mailing, 5, Cancel));
    }

    [Fact]
    public async Task Each_slice_is_claimed_once_by_however_many_sessions()
    {
        var mailing = await SealedAsync([.. Enumerable.Repeat(2, 200)]);
        var claimed = new ConcurrentBag<int>();
        await Soon(Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var session = await Ledger.OpenSessionAsync(Cancel);
            while (await session.ClaimAsync(mailing, 3, Cancel) is { Count: > 0 } slices)
            {
                foreach (var slice in slices)
                {
                    claimed.Add(slice.Ref.SliceNo);
                }
            }
        }, Cancel))));
        Assert.Equal(Enumerable.Range(0, 200), claimed.Order());
    }

    [Fact]
    public async Task Only_the_lane_s_mailings_are_ready_oldest_first_and_no_more_than_asked_for()
    {
        var first = await SealedAsync(Plan() with { Priority = MailingPriority.Low }, 1);
        await SealedAsync(Plan() with { Lane = "sms" }, 1);
        var second = await SealedAsync(1);
        Assert.Equal([new ReadyMailing(first, MailingPriority.Low, 1), new ReadyMailing(second, MailingPriority.Normal, 1)],
            await Session.ListReadyAsync(Lane, 10, Cancel));
        Assert.Single(await Session.ListReadyAsync(Lane, 1, Cancel));
    }

    [Fact]
    public async Task What_has_nothing_left_to_claim_is_not_ready()
    {
        var mailing = await SealedAsync(1);
        await ClaimOneAsync(mailing);
        Assert.Empty(await ReadyAsync());
    }

    [Fact]
    public async Task Nothing_is_ready_before_the_seal()
    {
        var mailing = await UnsealedAsync(Plan(), 1);
        Assert.Empty(await ReadyAsync());
        Assert.Empty(await Session.ClaimAsync(mailing, 1, Cancel));
        await Ledger.SealAsync(mailing, Cancel);
        Assert.Equal([mailing], await ReadyAsync());
    }

    [Fact]
    public async Task What_may_be_sent_before_its_seal_is_ready_at_once()
    {
        var mailing = await UnsealedAsync(Plan() with { SendBeforeSeal = true }, 1);
        Assert.Equal([mailing], await ReadyAsync());
        await SendAsync(await ClaimOneAsync(mailing), 0, Sent);
        Assert.False((await FindAsync(mailing)).IsFinished);
    }

    [Fact]
    public async Task Nothing_is_ready_before_its_moment()
    {
        var mailing = await SealedAsync(Plan() with { NotBefore = Under.Now.AddMinutes(5) }, 1);
        await Under.AdvanceAsync(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        Assert.Empty(await ReadyAsync());
        Assert.Empty(await Session.ClaimAsync(mailing, 1, Cancel));
        await Under.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        Assert.Equal([mailing], await ReadyAsync());
        await ClaimOneAsync(mailing);
    }

    [Fact]
    public async Task Nothing_of_a_paused_mailing_is_ready()
    {
        var mailing = await SealedAsync(1, 1);
        await WantAsync(mailing, DesiredState.Pause);
        Assert.Empty(await ReadyAsync());
        Assert.Empty(await Session.ClaimAsync(mailing, 1, Cancel));
        await WantAsync(mailing, DesiredState.Run);
        await ClaimOneAsync(mailing);
    }

    [Fact]
    public async Task Due_children_come_before_the_rest_and_waiting_ones_not_at_all()
    {
        var mailing = await SealedAsync(2, 1, 1);
        var first = await ClaimOneAsync(mailing);
        await SendAsync(first, 0, Retry, NotSent);
        await CompleteAsync(first, Child(first, 1, TimeSpan.FromMinutes(1), 0), Child(first, 0, TimeSpan.Zero, 1));

        var (late, atOnce) = (3, 4);
        Assert.Equal(atOnce, (await ClaimOneAsync(mailing)).Ref.SliceNo);
        Assert.Equal(1, (await ClaimOneAsync(mailing)).Ref.SliceNo);
        await Under.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(late, (await ClaimOneAsync(mailing)).Ref.SliceNo);
        Assert.Equal(2, (await ClaimOneAsync(mailing)).Ref.SliceNo);
        Assert.Empty(await Session.ClaimAsync(mailing, 1, Cancel));
    }

    [Fact]
    public async Task Each_claim_of_a_slice_has_a_higher_generation()
    {
        var mailing = await SealedAsync(1);
        var first = await ClaimOneAsync(mailing);
        await CompleteAsync(first);
        var second = await ClaimOneAsync(mailing);
        Assert.Equal(first.Ref.SliceNo, second.Ref.SliceNo);
        Assert.True(second.Ref.Generation > first.Ref.Generation);
    }

    [Fact]
    public async Task Sessions_have_names_of_their_own()
    {
        var other = await Ledger.OpenSessionAsync(Cancel);
        Assert.NotEqual(Session.InstanceId, other.InstanceId);
    }
}
