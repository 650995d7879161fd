namespace SuperMail.Dispatch.Sqlite;

/// <summary>Which mailings of a lane have slices to claim.</summary>
internal static class ReadyMailings
{
    private const string Select = """
        SELECT m.id, m.priority,
            (SELECT coalesce(sum(count - settled), 0) FROM slice s WHERE s.mailing = m.no AND s.state = 0 AND s.parent IS NULL)
            + (SELECT coalesce(sum(count - settled), 0) FROM slice s WHERE s.mailing = m.no AND s.state = 0 AND s.parent IS NOT NULL AND s.due <= $now)
            AS recipients
        FROM mailing m
        WHERE m.lane = $lane AND m.finished_at IS NULL AND m.desired = 0 AND (m.sealed = 1 OR m.send_before_seal = 1)
            AND (m.not_before IS NULL OR m.not_before <= $now) AND recipients > 0
        ORDER BY m.no LIMIT $max
        """;

    public static IReadOnlyList<ReadyMailing> List(Database database, DateTimeOffset now, string lane, int max)
    {
        var found = new List<ReadyMailing>();
        using var row = database.Read(Select, now.ToColumn(), lane, max);
        while (row.Read())
        {
            found.Add(new ReadyMailing(row.Id(0), (MailingPriority)row.GetInt64(1), row.GetInt64(2)));
        }

        return found;
    }
}
