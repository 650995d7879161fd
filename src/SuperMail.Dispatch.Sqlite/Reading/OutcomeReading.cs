namespace SuperMail.Dispatch.Sqlite;

/// <summary>The record of a mailing.</summary>
internal static class OutcomeReading
{
    private const int RowsAtOnce = 256;

    private const string Select = """
        SELECT o.position, o.at, o.first, o.count, o.codes, o.evidence, o.failures, s.first_ordinal, d.ordinals, o.mailing
        FROM outcome o
        JOIN slice s ON s.mailing = o.mailing AND s.no = o.slice
        JOIN slice_data d ON d.mailing = o.mailing AND d.slice = o.slice
        WHERE o.mailing = (SELECT no FROM mailing WHERE id = $id) AND o.position > $after
        ORDER BY o.position LIMIT $max
        """;

    private const string Failures = """
        SELECT attempt, reply, enhanced, text FROM failure WHERE mailing = $mailing AND ordinal = $ordinal AND position = $position
        """;

    /// <summary>The next rows after a position; the first may be the end of a row.</summary>
    public static List<LedgerOutcome> Read(Database database, MailingId id, long after)
    {
        var found = new List<LedgerOutcome>();
        using var row = database.Read(Select, id.ToColumn(), after, RowsAtOnce);
        while (row.Read())
        {
            var (first, count, slice) = (row.GetInt32(2), row.GetInt32(3), row.Ordinals(7, 8));
            var position = row.GetInt64(0);
            var skip = (int)Math.Max(0, after - (position - count));
            var ordinals = new long[count - skip];
            for (var i = 0; i < ordinals.Length; i++)
            {
                ordinals[i] = slice[first + skip + i];
            }

            found.Add(new LedgerOutcome
            {
                Position = position,
                At = row.Moment(1),
                Ordinals = ordinals,
                Codes = CodeRuns.Decode(row.GetBytes(4), count).AsMemory(skip),
                Failures = row.Truth(6) ? FailuresOf(database, row.GetInt64(9), ordinals, position) : [],
                IsEvidence = row.Truth(5),
            });
        }

        return found;
    }

    private static List<FailureDetail> FailuresOf(Database database, long mailing, long[] ordinals, long position)
    {
        var found = new List<FailureDetail>();
        foreach (var ordinal in ordinals)
        {
            using var row = database.Read(Failures, mailing, ordinal, position);
            if (row.Read())
            {
                found.Add(FailureRow.Read(row, ordinal));
            }
        }

        return found;
    }
}
