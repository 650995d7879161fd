using Xunit;

namespace SuperMail.Dispatch.LedgerConformance;

/// <summary>Revising outcomes: resolving recipients in doubt, giving back who was refused with everybody else.</summary>
public abstract class RevisionConformance<TLedger> : LedgerTest<TLedger>
    where TLedger : LedgerUnderTest, new()
{
    private static readonly OutcomeCode Assumed = new(OutcomeKind.Sent, OutcomeReason.Assumed);

    /// <summary>Finished, with ordinals 1, 2 and 3 of 4 in doubt.</summary>
    private async Task<MailingId> DoubtfulAsync()
    {
        var mailing = await SealedAsync(4);
        var slice = await ClaimOneAsync(mailing);
        await SendAsync(slice, 0, Sent, InDoubt, InDoubt, InDoubt);
        Assert.True((await CompleteAsync(slice)).Mailing.IsFinished);
        return mailing;
    }

    private async Task<bool> ResolveAsync(MailingId mailing, RevisedPosition[] positions, params NewChildSlice[] children) =>
        await Ledger.ReviseAsync(mailing, positions, children, Cancel);

    [Fact]
    public async Task What_was_in_doubt_may_be_assumed_sent_or_failed()
    {
        var mailing = await DoubtfulAsync();
        Assert.True(await ResolveAsync(mailing, [new(0, 1, OutcomeKind.InDoubt, Assumed), new(0, 3, OutcomeKind.InDoubt, Failed)]));
        Assert.Equal(new MailingCounts { Accepted = 4, Sent = 2, Failed = 1, InDoubt = 1 }, await CountsAsync(mailing));
        Assert.True((await FindAsync(mailing)).IsFinished);
        Assert.Equal([Sent, Assumed, InDoubt, Failed], (await SlicesAsync(mailing))[0].Codes.ToArray());
        Assert.Equal(Assumed, (await Ledger.FindRecipientAsync(mailing, 1, Cancel))!.Code);
        Assert.Equal([(1L, Assumed), (3L, Failed)], Flat(await OutcomesAsync(mailing)).Skip(4));
    }

    [Fact]
    public async Task What_is_sent_again_opens_the_mailing_again()
    {
        var mailing = await DoubtfulAsync();
        Assert.True(await ResolveAsync(mailing, [new(0, 1, OutcomeKind.InDoubt, NotSent), new(0, 2, OutcomeKind.InDoubt, NotSent)], Child(0, 0, TimeSpan.Zero, 1, 2)));
        Assert.False((await FindAsync(mailing)).IsFinished);
        Assert.Equal(new MailingCounts { Accepted = 4, Sent = 1, InDoubt = 1 }, await CountsAsync(mailing));
        Assert.Equal([mailing], await ReadyAsync());
        Assert.Equal([mailing], await Ledger.ListMailingsAsync(true, Cancel).Select(one => one.Id).ToListAsync(Cancel));

        var child = await ClaimOneAsync(mailing);
        await SendAsync(child, 0, Sent, Sent);
        var (_, done) = await CompleteAsync(child);
        Assert.Equal(new MailingCounts { Accepted = 4, Sent = 3, InDoubt = 1 }, done.Counts);
        Assert.True(done.IsFinished);
    }

    [Fact]
    public async Task Nothing_changes_when_one_of_them_is_not_in_doubt()
    {
        var mailing = await DoubtfulAsync();
        Assert.False(await ResolveAsync(mailing, [new(0, 1, OutcomeKind.InDoubt, Assumed), new(0, 0, OutcomeKind.InDoubt, Failed)]));
        Assert.False(await ResolveAsync(mailing, [new(0, 1, OutcomeKind.InDoubt, Assumed), new(7, 0, OutcomeKind.InDoubt, Failed)]));
        Assert.False(await ResolveAsync(mailing, [new(0, 1, OutcomeKind.InDoubt, Assumed), new(0, 9, OutcomeKind.InDoubt, Failed)]));
        Assert.False(await ResolveAsync(mailing, [new(0, 1, OutcomeKind.InDoubt, Assumed), new(0, 1, OutcomeKind.InDoubt, Failed)]));
        Assert.False(await ResolveAsync(MailingId.Create(), [new(0, 1, OutcomeKind.InDoubt, Assumed)]));
        Assert.Equal(new MailingCounts { Accepted = 4, Sent = 1, InDoubt = 3 }, await CountsAsync(mailing));
    }

    [Fact]
    public async Task Who_failed_with_everybody_else_is_given_back()
    {
        var mailing = await SealedAsync(2);
        var slice = await ClaimOneAsync(mailing);
        await SendAsync(slice, 0, Failed, Failed);
        Assert.True((await CompleteAsync(slice)).Mailing.IsFinished);
        Assert.False(await ResolveAsync(mailing, [new(0, 0, OutcomeKind.InDoubt, NotSent)], Child(0, 0, TimeSpan.Zero, 0)));
        Assert.True(await ResolveAsync(mailing, [new(0, 0, OutcomeKind.Failed, NotSent)], Child(0, 0, TimeSpan.Zero, 0)));
        Assert.Equal(new MailingCounts { Accepted = 2, Failed = 1 }, await CountsAsync(mailing));
        await SendAsync(await ClaimOneAsync(mailing), 0, Sent);
        Assert.Equal(new MailingCounts { Accepted = 2, Failed = 1, Sent = 1 }, await CountsAsync(mailing));
    }

    [Fact]
    public async Task Only_doubts_and_failures_can_be_revised()
    {
        var mailing = await DoubtfulAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => ResolveAsync(mailing, [new(0, 0, OutcomeKind.Sent, Failed)]));
    }

    [Fact]
    public async Task A_doubt_is_resolved_once()
    {
        var mailing = await DoubtfulAsync();
        Assert.True(await ResolveAsync(mailing, [new(0, 1, OutcomeKind.InDoubt, Assumed)]));
        Assert.False(await ResolveAsync(mailing, [new(0, 1, OutcomeKind.InDoubt, Assumed)]));
    }

    [Fact]
    public async Task Of_two_who_resolve_the_same_doubt_at_once_one_wins()
    {
        var mailing = await DoubtfulAsync();
        var answers = await Soon(Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            ResolveAsync(mailing, [new(0, 1, OutcomeKind.InDoubt, NotSent)], Child(0, 0, TimeSpan.Zero, 1))))));
        Assert.Single(answers, answer => answer);
        Assert.Single(await Session.ClaimAsync(mailing, 10, Cancel));
    }

    [Fact]
    public async Task What_a_claim_still_holds_is_not_resolved_behind_its_back()
    {
        var mailing = await SealedAsync(2);
        var slice = await ClaimOneAsync(mailing);
        await SendAsync(slice, 0, InDoubt);
        Assert.False(await ResolveAsync(mailing, [new(0, 0, OutcomeKind.InDoubt, Assumed)]));
        await CompleteAsync(slice);
        Assert.True(await ResolveAsync(mailing, [new(0, 0, OutcomeKind.InDoubt, Assumed)]));
        Assert.Equal(1, (await ClaimOneAsync(mailing)).SettledThrough);
    }

    [Fact]
    public async Task Who_is_sent_again_needs_a_child()
    {
        var mailing = await DoubtfulAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => ResolveAsync(mailing, [new(0, 1, OutcomeKind.InDoubt, NotSent)]));
        await Assert.ThrowsAsync<InvalidOperationException>(() => ResolveAsync(mailing, [new(0, 1, OutcomeKind.InDoubt, Assumed)], Child(0, 0, TimeSpan.Zero, 1)));
        Assert.Equal(3, (await CountsAsync(mailing)).InDoubt);
    }

    [Fact]
    public async Task Of_a_cancelled_mailing_nobody_is_sent_again()
    {
        var mailing = await SealedAsync(2);
        var slice = await ClaimOneAsync(mailing);
        await SendAsync(slice, 0, InDoubt);
        await WantAsync(mailing, DesiredState.Cancel);
        await CompleteAsync(slice);
        Assert.True(await ResolveAsync(mailing, [new(0, 0, OutcomeKind.InDoubt, NotSent)], Child(0, 0, TimeSpan.Zero, 0)));
        Assert.Equal(new MailingCounts { Accepted = 2, Cancelled = 2 }, await CountsAsync(mailing));
        Assert.True((await FindAsync(mailing)).IsFinished);
        Assert.Empty(await ReadyAsync());
    }
}
