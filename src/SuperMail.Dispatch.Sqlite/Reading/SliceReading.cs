namespace SuperMail.Dispatch.Sqlite;

/// <summary>The slices of a mailing.</summary>
internal static class SliceReading
{
    private const int SlicesAtOnce = 32;

    private const string Select = """
        SELECT s.no, s.parent, s.first_ordinal, d.ordinals, s.codes, s.count, d.data
        FROM slice s JOIN slice_data d ON d.mailing = s.mailing AND d.slice = s.no
        WHERE s.mailing = (SELECT no FROM mailing WHERE id = $id) AND s.no > $after
        ORDER BY s.no LIMIT $max
        """;

    /// <summary>The next slices after a number; -1 = from the start.</summary>
    public static List<LedgerSlice> Read(Database database, MailingId id, int after)
    {
        var found = new List<LedgerSlice>();
        using var row = database.Read(Select, id.ToColumn(), after, SlicesAtOnce);
        while (row.Read())
        {
            found.Add(new LedgerSlice
            {
                SliceNo = row.GetInt32(0),
                ParentSliceNo = row.IsNull(1) ? null : row.GetInt32(1),
                Ordinals = row.Ordinals(2, 3),
                Codes = CodeRuns.Decode(row.GetBytes(4), row.GetInt32(5)),
                Data = row.Bytes(6),
            });
        }

        return found;
    }
}
