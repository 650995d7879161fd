namespace SuperMail.Dispatch.Sqlite;

/// <summary>What came after an outcome, and the keys by which it comes.</summary>
internal static class RecipientEvents
{
    // A receipt may come for a mailing that is no longer kept; the same one may come twice.
    private const string Insert = """
        INSERT OR IGNORE INTO event (mailing, ordinal, at, kind, detail)
        SELECT no, $ordinal, $at, $kind, $detail FROM mailing WHERE id = $id
        """;

    private const string ByKey = """
        SELECT m.id, k.ordinal FROM provider_key k JOIN mailing m ON m.no = k.mailing WHERE k.key = $key
        """;

    public static bool Add(WriteScope scope, IReadOnlyList<RecipientEvent> events)
    {
        for (var i = 0; i < events.Count; i++)
        {
            var (recipient, kind, at, detail) = events[i];
            scope.Database.Run(Insert, recipient.Ordinal, at.ToColumn(), (long)kind, detail, recipient.Mailing.ToColumn());
        }

        return true;
    }

    public static RecipientKey? FindByKey(Database database, string key)
    {
        using var row = database.Read(ByKey, key);
        return row.Read() ? new RecipientKey(row.Id(0), row.GetInt64(1)) : null;
    }
}
