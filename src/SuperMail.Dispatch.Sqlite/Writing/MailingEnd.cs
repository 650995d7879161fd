namespace SuperMail.Dispatch.Sqlite;

/// <summary>Finishes a mailing in the same transaction as the step that left nothing to do.</summary>
internal static class MailingEnd
{
    private const string Finish = """
        UPDATE mailing SET finished_at = $now
        WHERE no = $no AND finished_at IS NULL AND open_slices = 0 AND (sealed = 1 OR desired = 2)
        """;

    private const string SlicesWithData = """
        SELECT s.no, s.codes, s.count FROM slice s JOIN slice_data d ON d.mailing = s.mailing AND d.slice = s.no
        WHERE s.mailing = $mailing AND d.data IS NOT NULL
        """;

    public static void Settle(WriteScope scope, long mailing, bool deleteRecipients)
    {
        scope.Database.Run(Finish, scope.Now.ToColumn(), mailing);
        if (deleteRecipients && scope.Database.Ask("SELECT 1 FROM mailing WHERE no = $no AND finished_at IS NOT NULL", mailing) is not null)
        {
            DeleteRecipients(scope.Database, mailing);
            scope.EmptiesLog = true;
        }
    }

    /// <summary>Deletes the recipients of slices in which nobody is in doubt: whoever is may still be sent to again.</summary>
    private static void DeleteRecipients(Database database, long mailing)
    {
        var over = new List<long>();
        using (var row = database.Read(SlicesWithData, mailing))
        {
            while (row.Read())
            {
                if (!CodeRuns.Decode(row.GetBytes(1), row.GetInt32(2)).AsSpan().ContainsInDoubt())
                {
                    over.Add(row.GetInt64(0));
                }
            }
        }

        foreach (var slice in over)
        {
            database.Run("UPDATE slice_data SET data = NULL WHERE mailing = $mailing AND slice = $slice", mailing, slice);
        }
    }

    private static bool ContainsInDoubt(this Span<OutcomeCode> codes)
    {
        foreach (var code in codes)
        {
            if (code.Kind is OutcomeKind.InDoubt)
            {
                return true;
            }
        }

        return false;
    }
}
