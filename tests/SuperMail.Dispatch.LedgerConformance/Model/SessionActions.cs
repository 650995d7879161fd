using Xunit;

namespace SuperMail.Dispatch.LedgerConformance.Model;

/// <summary>What dispatchers do, at random, on the ledger and on the model - also with claims that they no longer hold.</summary>
internal sealed class SessionActions(ModelWorld world)
{
    private static readonly OutcomeCode[] Codes =
    [
        new(OutcomeKind.Sent), new(OutcomeKind.Sent), new(OutcomeKind.Sent), new(OutcomeKind.Failed, OutcomeReason.Reply),
        new(OutcomeKind.Retry, OutcomeReason.Reply), new(OutcomeKind.NotSent), new(OutcomeKind.InDoubt), new(OutcomeKind.Blocked),
    ];

    public async Task ClaimAsync(ModelSession session, ModelMailing mailing)
    {
        var max = world.Random.Next(1, 4);
        var expected = mailing.Claimable(world.Now).Take(max).ToList();
        world.Trace.Add($"claim {max} of {mailing.Id}: {string.Join(',', expected.Select(slice => slice.No))}");
        var ready = await session.Real.ListReadyAsync(ModelWorld.Lane, 1000, world.Cancel);
        Assert.Equal(expected.Count > 0, ready.Any(one => one.Mailing == mailing.Id));
        var given = await session.Real.ClaimAsync(mailing.Id, max, world.Cancel);
        Assert.Equal(expected.Select(slice => slice.No), given.Select(slice => slice.Ref.SliceNo));
        for (var i = 0; i < given.Count; i++)
        {
            world.Take(session, expected[i], given[i]);
        }
    }

    public async Task RecoverAsync(ModelSession session, int max)
    {
        var lost = world.Mailings.SelectMany(mailing => mailing.Slices)
            .Where(slice => slice.Owner is { } owner && owner != session && owner.IsOver(world.Now))
            .ToList();
        world.Trace.Add($"recover {max} of {lost.Count}");
        var given = await session.Real.RecoverAsync(ModelWorld.Lane, max, world.Cancel);
        Assert.Equal(Math.Min(max, lost.Count), given.Count);
        foreach (var one in given)
        {
            var slice = Assert.Single(lost, slice => slice.Mailing.Id == one.Ref.Mailing && slice.No == one.Ref.SliceNo);
            world.Take(session, slice, one);
        }
    }

    public async Task BeginAsync(ModelSession session)
    {
        var hands = world.Hands.Where(hand => hand.Session == session && hand.Begun < hand.Slice.Count)
            .OrderBy(_ => world.Random.Next()).Take(world.Random.Next(1, 4)).ToList();
        var ranges = hands.ConvertAll(hand => new SliceRange(hand.Ref, hand.Begun, world.Random.Next(1, hand.Slice.Count - hand.Begun + 1)));
        var expected = hands.ConvertAll(hand => !hand.Holds ? BeginResult.Fenced
            : hand.Slice.Mailing.Desired != DesiredState.Run ? BeginResult.Paused : BeginResult.Accepted);
        world.Trace.Add($"begin {string.Join(' ', ranges.Zip(expected, (range, result) => $"{range.Slice.SliceNo}/{range.Slice.Generation}@{range.First}+{range.Count}:{result}"))}");
        Assert.Equal(expected, await session.Real.BeginAsync(ranges, world.Cancel));
        for (var i = 0; i < hands.Count; i++)
        {
            if (expected[i] == BeginResult.Accepted)
            {
                hands[i].Slice.Begun = hands[i].Begun += ranges[i].Count;
            }
        }
    }

    public async Task RecordAsync(ModelHand hand)
    {
        // A stale owner says something about what he believes to have begun, or about the first.
        var known = hand.Holds ? [.. hand.Slice.Missing] : Enumerable.Range(0, Math.Max(1, hand.Begun)).ToArray();
        if (known.Length == 0)
        {
            return;
        }

        var start = world.Random.Next(known.Length);
        var run = known.Skip(start).TakeWhile((position, i) => position == known[start] + i).Take(world.Random.Next(1, 5)).ToArray();
        var codes = run.Select(_ => Codes[world.Random.Next(Codes.Length)]).ToArray();
        world.Trace.Add($"record {hand.Ref.SliceNo}/{hand.Ref.Generation}@{run[0]} {string.Join(' ', codes.Select(code => code.Kind))} holds {hand.Holds}");
        await hand.Session.Real.RecordAsync([new OutcomeRange { Slice = hand.Ref, First = run[0], Codes = codes }], world.Cancel);
        if (hand.Holds)
        {
            codes.CopyTo(hand.Slice.Codes, run[0]);
        }
    }

    public async Task CompleteAsync(ModelHand hand)
    {
        var slice = hand.Slice;
        var children = hand.Holds ? Children(slice) : [];
        world.Trace.Add($"complete {hand.Ref.SliceNo}/{hand.Ref.Generation} children {children.Count} holds {hand.Holds}");
        var complete = () => hand.Session.Real.CompleteAsync(
            new SliceCompletion { Slice = hand.Ref, Children = children, Remainder = new byte[3] }, world.Cancel).AsTask();
        if (hand.Holds && slice.Missing.Any())
        {
            await Assert.ThrowsAsync<InvalidOperationException>(complete);
            return;
        }

        var (fenced, mailing) = await complete();
        Assert.Equal(!hand.Holds, fenced);
        if (!fenced)
        {
            slice.GiveBack();
            children.ForEach(child => slice.Mailing.AddChild(child, world.Now));
        }

        Assert.Equal((slice.Mailing.Counts(), slice.Mailing.IsFinished), (mailing.Counts, mailing.IsFinished));
    }

    private List<NewChildSlice> Children(ModelSlice slice) =>
    [
        .. slice.Owed.GroupBy(at => slice.Codes[at].Kind).OrderBy(group => group.Key).Select(group => new NewChildSlice
        {
            ParentSliceNo = slice.No,
            Ordinals = group.Select(at => slice.Ordinals[at]).ToArray(),
            Attempt = slice.Attempt + (group.Key == OutcomeKind.Retry ? 1 : 0),
            DueIn = group.Key == OutcomeKind.Retry ? TimeSpan.FromSeconds(world.Random.Next(40)) : TimeSpan.Zero,
            Data = new byte[1],
        }),
    ];
}
