namespace SuperMail.Dispatch.Sqlite;

/// <summary>Run, pause, cancel.</summary>
internal sealed class MailingControl(LedgerStore store)
{
    private const string Want = """
        UPDATE mailing SET desired = $desired, reason = $reason, control_version = control_version + 1 WHERE no = $no
        """;

    public LedgerMailing Set(WriteScope scope, MailingId id, DesiredState desired, string? reason, long? expectedVersion)
    {
        var database = scope.Database;
        var mailing = MailingRow.Require(database, id);
        if (!mailing.IsFinished && mailing.Desired is not DesiredState.Cancel)
        {
            if (expectedVersion is { } expected && expected != mailing.ControlVersion)
            {
                throw new LedgerConflictException(
                    $"Mailing {id} was changed meanwhile: control version {expected} was expected, it is {mailing.ControlVersion} ({mailing.Desired}).");
            }

            if (desired != mailing.Desired)
            {
                database.Run(Want, (long)desired, reason, mailing.No);
                Spread(scope, mailing, new ControlChange(id, desired, mailing.ControlVersion + 1, reason));
            }
        }

        return store.Snapshots.Get(database, mailing.No);
    }

    /// <summary>Tells a changed control to whom it concerns, and applies a cancel.</summary>
    private void Spread(WriteScope scope, MailingRow mailing, ControlChange change)
    {
        if (change.Desired is DesiredState.Cancel)
        {
            SliceEnd.CancelOpen(scope, mailing.No);
            MailingEnd.Settle(scope, mailing.No, store.Options.DeleteRecipientsWhenFinished);
        }

        scope.AfterCommit(() =>
        {
            store.Sessions.Tell(change);
            store.Lanes.Changed(mailing.Lane);
        });
    }
}
