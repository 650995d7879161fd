namespace SuperMail.Dispatch.Ledgers;

/// <summary>The end of a claim, and of a mailing that is cancelled. Under the ledger's lock.</summary>
internal sealed class SliceClosing(MemoryStore store)
{
    private static readonly OutcomeCode Cancelled = new(OutcomeKind.Cancelled);

    /// <summary>Everything is checked before anything changes.</summary>
    public void Complete(MemorySlice slice, SliceCompletion completion, DateTimeOffset now)
    {
        if (slice.Recorded != slice.BegunThrough - slice.SettledThrough)
        {
            throw new InvalidOperationException(
                $"Slice {slice.Number} cannot be completed: {slice.BegunThrough - slice.SettledThrough} are begun and {slice.Recorded} have an outcome.");
        }

        CheckChildren(slice, completion.Children);

        var mailing = slice.Mailing;
        slice.SettledThrough = slice.BegunThrough;
        slice.Recorded = slice.Owed = 0;
        slice.Owner!.Owned.Remove(slice);
        slice.Owner.ForgetIfGone();
        slice.Owner = null;
        if (slice.BegunThrough == slice.Count)
        {
            mailing.CloseSlice(slice);
            slice.Data = mailing.KeepWithinBounds(completion.Remainder, Unsent(slice));
        }
        else
        {
            Return(slice, now);
        }

        foreach (var child in completion.Children)
        {
            Return(mailing.AddChild(child, slice, now), now);
        }

        store.Settle(mailing, now);
    }

    /// <summary>Ready again from its settled position on - or Cancelled, if its mailing is.</summary>
    public static void Return(MemorySlice slice, DateTimeOffset now)
    {
        if (slice.Mailing.Desired == DesiredState.Cancel)
        {
            CancelRest(slice, now);
            return;
        }

        slice.State = SliceState.Open;
        slice.Mailing.Queue.Add(slice, now);
    }

    /// <summary>Cancels what nobody has claimed; what is claimed follows when its claim ends.</summary>
    public static void CancelOpen(MemoryMailing mailing, DateTimeOffset now)
    {
        mailing.Queue.Clear();
        foreach (var slice in mailing.Slices)
        {
            if (slice.State == SliceState.Open)
            {
                CancelRest(slice, now);
            }
        }
    }

    // The data stays as it is: who was cancelled may be sent to by a resend. No more can be here than were held.
    private static void CancelRest(MemorySlice slice, DateTimeOffset now)
    {
        var mailing = slice.Mailing;
        var (first, count) = (slice.BegunThrough, slice.Count - slice.BegunThrough);
        slice.FillCodes(first, count, Cancelled);
        mailing.Count(Cancelled, count);
        mailing.Retry -= slice.Attempt > 0 ? count : 0;
        slice.LastRow = mailing.Log.Append(slice.Number, first, slice.CopyCodes(first, count), now, [], evidence: false);
        slice.SettledThrough = slice.BegunThrough = slice.Count;
        mailing.CloseSlice(slice);
    }

    private static int Unsent(MemorySlice slice)
    {
        var unsent = 0;
        for (var i = 0; i < slice.Count; i++)
        {
            unsent += slice.CodeAt(i).Kind is OutcomeKind.Failed or OutcomeKind.InDoubt or OutcomeKind.Cancelled ? 1 : 0;
        }

        return unsent;
    }

    /// <summary>Whoever was neither sent nor given up must come again, once: a forgotten one would be lost silently.</summary>
    private static void CheckChildren(MemorySlice slice, IReadOnlyList<NewChildSlice> children)
    {
        ChildRules.Check(slice, children, slice.Owed, position =>
            position >= slice.SettledThrough && position < slice.BegunThrough && !slice.CodeAt(position).IsFinal);
    }
}
