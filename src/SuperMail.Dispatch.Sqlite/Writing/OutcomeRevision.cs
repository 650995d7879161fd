namespace SuperMail.Dispatch.Sqlite;

/// <summary>Changes final outcomes, all or none.</summary>
internal sealed class OutcomeRevision(LedgerStore store, SliceEnd ends)
{
    public bool Apply(WriteScope scope, MailingId id, IReadOnlyList<RevisedPosition> positions, IReadOnlyList<NewChildSlice> children)
    {
        CheckArguments(positions);
        var database = scope.Database;
        if (MailingRow.Find(database, id) is not { } mailing)
        {
            return false;
        }

        var slices = new Dictionary<int, SliceRow>();
        var decided = new Dictionary<(int Slice, int Position), OutcomeCode>(positions.Count);
        foreach (var (sliceNo, position, expected, code) in positions)
        {
            if (!slices.TryGetValue(sliceNo, out var slice))
            {
                if (SliceRow.Find(database, mailing.No, sliceNo) is not { } found)
                {
                    return false;
                }

                slices.Add(sliceNo, slice = found);
            }

            if (!Is(expected, slice, position) || !decided.TryAdd((sliceNo, position), code))
            {
                return false;
            }
        }

        CheckChildren(database, slices, decided, children);
        foreach (var ((sliceNo, position), code) in decided)
        {
            Change(scope, slices[sliceNo], position, code);
        }

        foreach (var slice in slices.Values)
        {
            slice.Save(database);
        }

        if (children.Count > 0)
        {
            database.Run("UPDATE mailing SET finished_at = NULL WHERE no = $no", mailing.No);
            ends.AddChildren(scope, mailing, children);
        }

        MailingEnd.Settle(scope, mailing.No, store.Options.DeleteRecipientsWhenFinished);
        scope.AfterCommit(() => store.Lanes.Changed(mailing.Lane));
        return true;
    }

    private static void CheckArguments(IReadOnlyList<RevisedPosition> positions)
    {
        foreach (var (_, _, expected, code) in positions)
        {
            if (code.Kind is not (OutcomeKind.Sent or OutcomeKind.Failed or OutcomeKind.NotSent))
            {
                throw new ArgumentException($"An outcome is revised to Sent, Failed or NotSent, not to {code.Kind}.", nameof(positions));
            }

            if (expected is not (OutcomeKind.InDoubt or OutcomeKind.Failed))
            {
                throw new ArgumentException($"Only InDoubt and Failed can be revised, not {expected}.", nameof(positions));
            }
        }
    }

    /// <summary>
    /// Only behind the settled position: before that the claim's owner still has the recipient in hand, and a takeover
    /// would bring the NotSent that we wrote here a second time.
    /// </summary>
    private static bool Is(OutcomeKind expected, SliceRow slice, int position) =>
        position >= 0 && position < slice.Settled && slice.Codes[position].Kind == expected;

    private static void Change(WriteScope scope, SliceRow slice, int position, OutcomeCode code)
    {
        OutcomeRows.TakeBack(scope.Database, slice.Mailing, slice.Codes[position].Kind);
        slice.Codes[position] = code;
        slice.LastRow = OutcomeRows.Add(scope, slice.Mailing, slice.No, slice.Generation, position, [code], []);
    }

    private static void CheckChildren(
        Database database, Dictionary<int, SliceRow> slices, Dictionary<(int Slice, int Position), OutcomeCode> decided,
        IReadOnlyList<NewChildSlice> children)
    {
        var parents = decided.Where(static one => one.Value.Kind is OutcomeKind.NotSent).Select(static one => one.Key.Slice)
            .Concat(children.Select(static child => child.ParentSliceNo))
            .Distinct();
        foreach (var parent in parents)
        {
            if (!slices.TryGetValue(parent, out var slice))
            {
                throw new InvalidOperationException($"Nobody of slice {parent} is revised; it can have no child.");
            }

            bool IsOwed(int position) => decided.TryGetValue((parent, position), out var code) && code.Kind is OutcomeKind.NotSent;
            var owed = decided.Count(one => one.Key.Slice == parent && one.Value.Kind is OutcomeKind.NotSent);
            ChildRules.Check(SliceEnd.SliceOrdinalsOf(database, slice), parent, [.. children.Where(child => child.ParentSliceNo == parent)], owed, IsOwed);
        }
    }
}
