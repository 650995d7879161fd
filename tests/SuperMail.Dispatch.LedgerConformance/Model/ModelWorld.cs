using Xunit;

namespace SuperMail.Dispatch.LedgerConformance.Model;

/// <summary>A ledger and its model side by side: after each step both must say the same.</summary>
internal sealed class ModelWorld(LedgerUnderTest under, Random random, CancellationToken cancel)
{
    public const string Lane = "email";

    public LedgerUnderTest Under { get; } = under;

    public IMailingLedger Ledger => Under.Ledger;

    public DateTimeOffset Now => Under.Now;

    public Random Random { get; } = random;

    public CancellationToken Cancel { get; } = cancel;

    public List<ModelMailing> Mailings { get; } = [];

    public List<ModelSession> Sessions { get; } = [];

    /// <summary>Claims that somebody believes to hold; stale ones are what we are after.</summary>
    public List<ModelHand> Hands { get; } = [];

    public List<string> Trace { get; } = [];

    public T? Pick<T>(IReadOnlyList<T> from)
        where T : class => from.Count == 0 ? null : from[Random.Next(from.Count)];

    /// <summary>Of the claims that are no longer held only the latest stay, so that most steps still do something.</summary>
    public void ForgetStale(int keep)
    {
        foreach (var hand in Hands.FindAll(hand => !hand.Holds).SkipLast(keep))
        {
            Hands.Remove(hand);
        }
    }

    public async Task OpenSessionAsync()
    {
        var session = new ModelSession(await Ledger.OpenSessionAsync(Cancel));
        Sessions.Add(session);
        await BeatAsync(session);
    }

    public async Task BeatAsync(ModelSession session)
    {
        var beat = await session.Real.HeartbeatAsync([], Cancel);
        session.LeaseUntil = Now + beat.Lease;
    }

    /// <summary>A claim that the ledger gave, after the test that it is the one that the model expected.</summary>
    public ModelHand Take(ModelSession session, ModelSlice slice, ClaimedSlice given)
    {
        Assert.True(given.Ref.Generation > slice.Generation, "A claim raises the generation.");
        Assert.Equal((slice.No, slice.Count), (given.Ref.SliceNo, given.Count));
        Assert.Equal((slice.Settled, slice.Begun), (given.SettledThrough, given.BegunThrough));
        Assert.Equal(slice.Codes[slice.Settled..slice.Begun], given.Recorded.ToArray());
        Assert.Equal(slice.Ordinals, Enumerable.Range(0, given.Count).Select(i => given.Ordinals[i]));
        slice.Generation = given.Ref.Generation;
        slice.Owner = session;
        var hand = new ModelHand(session, slice);
        Hands.Add(hand);
        return hand;
    }

    public async Task CompareAsync()
    {
        foreach (var mailing in Mailings)
        {
            var found = await Ledger.FindMailingAsync(mailing.Id, Cancel);
            Assert.NotNull(found);
            Assert.Equal(mailing.Counts(), found.Counts);
            Assert.True(found.Counts.Ready >= 0);
            Assert.Equal((mailing.Desired, mailing.Sealed, mailing.IsFinished), (found.Desired, found.Sealed, found.IsFinished));
            Assert.Equal(mailing.NextDue(Now), found.NextDue);
        }
    }

    public async Task CompareDeeplyAsync()
    {
        foreach (var mailing in Mailings)
        {
            var slices = await Ledger.ReadSlicesAsync(mailing.Id, Cancel).ToListAsync(Cancel);
            Assert.Equal(mailing.Slices.Select(slice => slice.Codes), slices.Select(slice => slice.Codes.ToArray()));
            Assert.Equal(mailing.Slices.Select(slice => slice.Parent), slices.Select(slice => slice.ParentSliceNo));

            // The stream, replayed, comes to where everybody stands.
            var replayed = new Dictionary<long, OutcomeCode>();
            await foreach (var row in Ledger.ReadOutcomesAsync(mailing.Id, 0, Cancel))
            {
                for (var i = 0; i < row.Codes.Length && !row.IsEvidence; i++)
                {
                    replayed[row.Ordinals.Span[i]] = row.Codes.Span[i];
                }
            }

            for (var ordinal = 0L; ordinal < mailing.Accepted; ordinal++)
            {
                var expected = mailing.CodeOf(ordinal);
                Assert.Equal(expected, replayed.GetValueOrDefault(ordinal));
                Assert.Equal(expected, (await Ledger.FindRecipientAsync(mailing.Id, ordinal, Cancel))!.Code);
            }
        }
    }
}
