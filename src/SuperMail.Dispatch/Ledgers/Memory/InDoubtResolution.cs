namespace SuperMail.Dispatch.Ledgers;

/// <summary>Decides recipients that are in doubt, all or none. Under the ledger's lock.</summary>
internal sealed class InDoubtResolution(MemoryStore store)
{
    public bool Resolve(
        MemoryMailing mailing, IReadOnlyList<ResolvedRange> positions, IReadOnlyList<NewChildSlice> children, DateTimeOffset now)
    {
        var decided = new Dictionary<(int Slice, int Position), OutcomeCode>(positions.Count);
        foreach (var (sliceNo, position, code) in positions)
        {
            if (code.Kind is not (OutcomeKind.Sent or OutcomeKind.Failed or OutcomeKind.NotSent))
            {
                throw new ArgumentException($"A doubt is resolved to Sent, Failed or NotSent, not to {code.Kind}.", nameof(positions));
            }

            if (!IsInDoubt(mailing, sliceNo, position) || !decided.TryAdd((sliceNo, position), code))
            {
                return false;
            }
        }

        CheckChildren(mailing, decided, children);
        foreach (var ((sliceNo, position), code) in decided)
        {
            var slice = mailing.Slices[sliceNo];
            mailing.Count(new OutcomeCode(OutcomeKind.InDoubt), -1);
            mailing.Count(code, 1);
            slice.SetCodes(position, [code]);
            slice.LastRow = mailing.Log.Append(sliceNo, position, [code], now, [], evidence: false);
        }

        foreach (var sliceNo in decided.Keys.Select(key => key.Slice).Distinct())
        {
            mailing.Slices[sliceNo].Pack();
        }

        if (children.Count > 0 && mailing.FinishedAt is not null)
        {
            mailing.Reopen();
            mailing.Lane.Add(mailing);
        }

        foreach (var child in children)
        {
            SliceClosing.Return(mailing.AddChild(child, mailing.Slices[child.ParentSliceNo], now), now);
        }

        store.Settle(mailing, now);
        return true;
    }

    /// <summary>
    /// Only behind the settled position: before that the claim's owner still has the recipient in hand, and a takeover
    /// would bring the NotSent that we wrote here a second time.
    /// </summary>
    private static bool IsInDoubt(MemoryMailing mailing, int sliceNo, int position) =>
        (uint)sliceNo < (uint)mailing.Slices.Count
        && (uint)position < (uint)mailing.Slices[sliceNo].SettledThrough
        && mailing.Slices[sliceNo].CodeAt(position).Kind == OutcomeKind.InDoubt;

    private static void CheckChildren(
        MemoryMailing mailing, Dictionary<(int Slice, int Position), OutcomeCode> decided, IReadOnlyList<NewChildSlice> children)
    {
        var parents = decided.Where(one => one.Value.Kind == OutcomeKind.NotSent).Select(one => one.Key.Slice)
            .Concat(children.Select(child => child.ParentSliceNo))
            .Distinct();
        foreach (var parent in parents)
        {
            if ((uint)parent >= (uint)mailing.Slices.Count)
            {
                throw new InvalidOperationException($"There is no slice {parent} that a child could come from.");
            }

            bool IsOwed(int position) => decided.TryGetValue((parent, position), out var code) && code.Kind == OutcomeKind.NotSent;
            var owed = decided.Count(one => one.Key.Slice == parent && one.Value.Kind == OutcomeKind.NotSent);
            ChildRules.Check(mailing.Slices[parent], [.. children.Where(child => child.ParentSliceNo == parent)], owed, IsOwed);
        }
    }
}
