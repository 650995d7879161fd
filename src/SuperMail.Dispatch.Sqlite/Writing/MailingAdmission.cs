namespace SuperMail.Dispatch.Sqlite;

/// <summary>Create, append, seal.</summary>
internal sealed class MailingAdmission(LedgerStore store)
{
    private const int MaxSliceCount = 500;

    private const string InsertMailing = """
        INSERT INTO mailing (id, external_key, lane, send_before_seal, not_before, priority, created_at)
        VALUES ($id, $external_key, $lane, $send_before_seal, $not_before, $priority, $created_at)
        RETURNING no
        """;

    private const string InsertPlan = """
        INSERT INTO plan (mailing, name, definition, definition_hash, in_doubt_policy, resend_of, reader)
        VALUES ($mailing, $name, $definition, $definition_hash, $in_doubt_policy, $resend_of, $reader)
        """;

    private const string Accept = """
        UPDATE mailing SET accepted = accepted + $count, slices = slices + $slices, open_slices = open_slices + $slices, running_hash = $hash
        WHERE no = $no
        """;

    public CreatedMailing Create(WriteScope scope, NewMailing plan)
    {
        var database = scope.Database;
        if (plan.ExternalKey is { } key && store.Snapshots.FindByKey(database, key) is { } existing)
        {
            return new CreatedMailing(existing, true);
        }

        if (MailingRow.Find(database, plan.Id) is not null)
        {
            throw new LedgerConflictException($"A mailing with id {plan.Id} exists already.");
        }

        var no = (long)database.Ask(
            InsertMailing, plan.Id.ToColumn(), plan.ExternalKey, plan.Lane, plan.SendBeforeSeal ? 1L : 0L, plan.NotBefore?.ToDueColumn(),
            (long)plan.Priority, scope.Now.ToColumn())!;
        database.Run(
            InsertPlan, no, plan.Name, plan.Definition.ToColumn(), plan.DefinitionHash.ToColumn(), (long)plan.InDoubtPolicy,
            plan.ResendOf?.ToColumn(), plan.ReaderInstanceId);
        if (plan.NotBefore is { } start)
        {
            scope.AfterCommit(() => store.Alarm.RingBy(start));
        }

        return new CreatedMailing(store.Snapshots.Get(database, no), false);
    }

    public static void CheckSizes(IReadOnlyList<NewSlice> slices)
    {
        foreach (var slice in slices)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(slice.Count, 1, nameof(slices));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(slice.Count, MaxSliceCount, nameof(slices));
        }
    }

    public bool Append(WriteScope scope, MailingId id, long firstOrdinal, IReadOnlyList<NewSlice> slices, ReadOnlyMemory<byte> runningHash)
    {
        var database = scope.Database;
        var mailing = MailingRow.Require(database, id);
        CheckAppend(mailing, firstOrdinal);
        var (no, ordinal) = (mailing.Slices, firstOrdinal);
        foreach (var slice in slices)
        {
            NewSlices.AddRoot(database, mailing.No, no++, ordinal, slice);
            ordinal += slice.Count;
        }

        database.Run(Accept, ordinal - firstOrdinal, (long)slices.Count, runningHash.ToColumn(), mailing.No);
        if (mailing.IsClaimable(scope.Now))
        {
            scope.AfterCommit(() => store.Lanes.Changed(mailing.Lane));
        }

        return true;
    }

    public LedgerMailing Seal(WriteScope scope, MailingId id)
    {
        var mailing = MailingRow.Require(scope.Database, id);
        if (!mailing.Sealed && mailing.Desired is not DesiredState.Cancel)
        {
            scope.Database.Run("UPDATE mailing SET sealed = 1 WHERE no = $no", mailing.No);
            MailingEnd.Settle(scope, mailing.No, store.Options.DeleteRecipientsWhenFinished);
            scope.AfterCommit(() => store.Lanes.Changed(mailing.Lane));
        }

        return store.Snapshots.Get(scope.Database, mailing.No);
    }

    private static void CheckAppend(MailingRow mailing, long firstOrdinal)
    {
        var why = mailing switch
        {
            { Desired: DesiredState.Cancel } => "is cancelled and takes no more recipients",
            { Sealed: true } => "is sealed and takes no more recipients",
            _ when firstOrdinal != mailing.Accepted => $"has accepted {mailing.Accepted} recipients; recipient {firstOrdinal} cannot be the next",
            _ => null,
        };
        if (why is not null)
        {
            throw new LedgerConflictException($"Mailing {mailing.Id} {why}.");
        }
    }
}
