namespace SuperMail.Dispatch.Sqlite;

/// <summary>
/// Deletes finished mailings: at once what makes them a mailing, then the rest a part at a time, so that those who send
/// meanwhile wait for a part and not for the deletion of a million recipients. What a crash leaves is deleted at the next start.
/// </summary>
internal static class MailingPurge
{
    private const int RowsAtOnce = 256;

    private const string Leave = """
        INSERT INTO leaving (mailing) SELECT no FROM mailing WHERE finished_at <= $through
        """;

    private static readonly string[] Parts =
    [
        "DELETE FROM slice_data WHERE id IN (SELECT id FROM slice_data WHERE mailing = $mailing LIMIT $max)",
        "DELETE FROM slice WHERE mailing = $mailing AND no IN (SELECT no FROM slice WHERE mailing = $mailing LIMIT $max)",
        "DELETE FROM outcome WHERE mailing = $mailing AND position IN (SELECT position FROM outcome WHERE mailing = $mailing LIMIT $max)",
        "DELETE FROM failure WHERE (mailing, ordinal, position) IN (SELECT mailing, ordinal, position FROM failure WHERE mailing = $mailing LIMIT $max)",
        "DELETE FROM event WHERE (mailing, ordinal, at, kind) IN (SELECT mailing, ordinal, at, kind FROM event WHERE mailing = $mailing LIMIT $max)",
        "DELETE FROM provider_key WHERE key IN (SELECT key FROM provider_key WHERE mailing = $mailing LIMIT $max)",
    ];

    /// <summary>The mailings are gone for everybody from here on.</summary>
    /// <returns>How many.</returns>
    public static int Begin(WriteScope scope, TimeSpan finishedSince)
    {
        var count = scope.Database.Run(Leave, (scope.Now - finishedSince).ToColumn());
        if (count > 0)
        {
            scope.Database.Run("DELETE FROM mailing WHERE no IN (SELECT mailing FROM leaving)");
            scope.Database.Run("DELETE FROM plan WHERE mailing IN (SELECT mailing FROM leaving)");
        }

        return count;
    }

    /// <summary>Deletes a part of what is left; false when nothing is.</summary>
    public static bool GoOn(WriteScope scope)
    {
        if (scope.Database.Ask("SELECT mailing FROM leaving LIMIT 1") is not long mailing)
        {
            scope.EmptiesLog = true;
            return false;
        }

        foreach (var part in Parts)
        {
            if (scope.Database.Run(part, mailing, RowsAtOnce) > 0)
            {
                return true;
            }
        }

        scope.Database.Run("DELETE FROM leaving WHERE mailing = $mailing", mailing);
        return true;
    }
}
