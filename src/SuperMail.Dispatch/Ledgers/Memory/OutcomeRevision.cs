namespace SuperMail.Dispatch.Ledgers;

/// <summary>Changes final outcomes, all or none. Under the ledger's lock.</summary>
internal sealed class OutcomeRevision(MemoryStore store)
{
    public bool Revise(
        MemoryMailing mailing, IReadOnlyList<RevisedPosition> positions, IReadOnlyList<NewChildSlice> children, DateTimeOffset now)
    {
        var decided = new Dictionary<(int Slice, int Position), OutcomeCode>(positions.Count);
        foreach (var (sliceNo, position, expected, code) in positions)
        {
            if (code.Kind is not (OutcomeKind.Sent or OutcomeKind.Failed or OutcomeKind.NotSent))
            {
                throw new ArgumentException($"An outcome is revised to Sent, Failed or NotSent, not to {code.Kind}.", nameof(positions));
            }

            if (expected is not (OutcomeKind.InDoubt or OutcomeKind.Failed))
            {
                throw new ArgumentException($"Only InDoubt and Failed can be revised, not {expected}.", nameof(positions));
            }

            if (!Is(expected, mailing, sliceNo, position) || !decided.TryAdd((sliceNo, position), code))
            {
                return false;
            }
        }

        CheckChildren(mailing, decided, children);
        foreach (var ((sliceNo, position), code) in decided)
        {
            var slice = mailing.Slices[sliceNo];
            mailing.Count(slice.CodeAt(position), -1);
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
    private static bool Is(OutcomeKind expected, MemoryMailing mailing, int sliceNo, int position) =>
        (uint)sliceNo < (uint)mailing.Slices.Count
        && (uint)position < (uint)mailing.Slices[sliceNo].SettledThrough
        && mailing.Slices[sliceNo].CodeAt(position).Kind == expected;

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
