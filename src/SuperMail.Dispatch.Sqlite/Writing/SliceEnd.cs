namespace SuperMail.Dispatch.Sqlite;

/// <summary>The end of a claim, and of the open slices of a mailing that is cancelled.</summary>
internal sealed class SliceEnd(LedgerStore store)
{
    private static readonly OutcomeCode Cancelled = new(OutcomeKind.Cancelled);

    /// <summary>Everything is checked before anything changes.</summary>
    public CompletionResult Complete(WriteScope scope, SliceCompletion completion)
    {
        var database = scope.Database;
        var mailing = MailingRow.Require(database, completion.Slice.Mailing);
        if (SliceRow.FindClaimed(database, mailing.No, completion.Slice) is not { } slice)
        {
            return new CompletionResult(true, store.Snapshots.Get(database, mailing.No));
        }

        if (slice.Recorded != slice.Begun - slice.Settled)
        {
            throw new InvalidOperationException(
                $"Slice {slice.No} cannot be completed: {slice.Begun - slice.Settled} are begun and {slice.Recorded} have an outcome.");
        }

        ChildRules.Check(SliceOrdinalsOf(database, slice), slice.No, completion.Children, slice.Owed, position =>
            position >= slice.Settled && position < slice.Begun && !slice.Codes[position].IsFinal);

        slice.Settled = slice.Begun;
        slice.Recorded = slice.Owed = 0;
        if (slice.Begun == slice.Count)
        {
            Close(database, slice);
        }
        else
        {
            Return(scope, mailing, slice);
        }

        AddChildren(scope, mailing, completion.Children);
        MailingEnd.Settle(scope, mailing.No, store.Options.DeleteRecipientsWhenFinished);
        scope.AfterCommit(() => store.Lanes.Changed(mailing.Lane));
        return new CompletionResult(false, store.Snapshots.Get(database, mailing.No));
    }

    /// <summary>Slices of their own from here on - or Cancelled, if their mailing is.</summary>
    public void AddChildren(WriteScope scope, MailingRow mailing, IReadOnlyList<NewChildSlice> children)
    {
        foreach (var child in children)
        {
            var due = scope.Now + child.DueIn;
            var no = NewSlices.AddChild(scope.Database, mailing.No, child, due);
            if (mailing.Desired is DesiredState.Cancel)
            {
                CancelRest(scope, SliceRow.Find(scope.Database, mailing.No, no)!);
            }
            else if (child.DueIn > TimeSpan.Zero)
            {
                scope.AfterCommit(() => store.Alarm.RingBy(due));
            }
        }
    }

    /// <summary>Cancels what nobody has claimed; what is claimed follows when its claim ends.</summary>
    public static void CancelOpen(WriteScope scope, long mailing)
    {
        var open = new List<int>();
        using (var row = scope.Database.Read("SELECT no FROM slice WHERE mailing = $mailing AND state = 0 ORDER BY no", mailing))
        {
            while (row.Read())
            {
                open.Add(row.GetInt32(0));
            }
        }

        foreach (var no in open)
        {
            CancelRest(scope, SliceRow.Find(scope.Database, mailing, no)!);
        }
    }

    public static SliceOrdinals SliceOrdinalsOf(Database database, SliceRow slice)
    {
        using var row = database.Read(
            "SELECT s.first_ordinal, d.ordinals FROM slice s JOIN slice_data d ON d.mailing = s.mailing AND d.slice = s.no WHERE s.mailing = $mailing AND s.no = $no",
            slice.Mailing, slice.No);
        row.Read();
        return row.Ordinals(0, 1);
    }

    /// <summary>Ready again from its settled position on - or Cancelled, if its mailing is.</summary>
    private static void Return(WriteScope scope, MailingRow mailing, SliceRow slice)
    {
        if (mailing.Desired is DesiredState.Cancel)
        {
            CancelRest(scope, slice);
            return;
        }

        slice.State = SliceState.Open;
        slice.Save(scope.Database);
    }

    // The data stays as it is: who was cancelled may be sent to by a resend.
    private static void CancelRest(WriteScope scope, SliceRow slice)
    {
        var (first, count) = (slice.Begun, slice.Count - slice.Begun);
        slice.Codes.AsSpan(first, count).Fill(Cancelled);
        if (slice.Attempt > 0)
        {
            scope.Database.Run("UPDATE mailing SET retry = retry - $count WHERE no = $no", count, slice.Mailing);
        }

        slice.LastRow = OutcomeRows.Add(scope, slice.Mailing, slice.No, slice.Generation, first, slice.Codes.AsSpan(first, count), []);
        slice.Settled = slice.Begun = slice.Count;
        Close(scope.Database, slice);
    }

    private static void Close(Database database, SliceRow slice)
    {
        slice.State = SliceState.Done;
        slice.Save(database);
        database.Run("UPDATE mailing SET open_slices = open_slices - 1 WHERE no = $no", slice.Mailing);
    }
}
