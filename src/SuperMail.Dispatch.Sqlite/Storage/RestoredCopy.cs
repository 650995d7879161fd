namespace SuperMail.Dispatch.Sqlite;

/// <summary>What happens to a ledger that is older than what was sent on its strength.</summary>
internal static class RestoredCopy
{
    public const string Reason =
        "The ledger was restored from an older copy: it does not know of everything that was sent. "
        + "Compare with the relay's log, then resume (some may get it twice) or cancel.";

    /// <summary>Nothing of it leaves before somebody has looked: what was sent after the copy was made stands in it as not sent.</summary>
    public static void PauseUnfinished(Database database) => database.Run(
        "UPDATE mailing SET desired = $pause, reason = $reason, control_version = control_version + 1 WHERE finished_at IS NULL AND desired <> $cancel",
        (long)DesiredState.Pause, Reason, (long)DesiredState.Cancel);
}
