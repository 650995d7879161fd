namespace SuperMail.Dispatch.Sqlite;

/// <summary>Stores slices with their recipients.</summary>
internal static class NewSlices
{
    private const string InsertSlice = """
        INSERT INTO slice (mailing, no, parent, first_ordinal, count, attempt, due)
        VALUES ($mailing, $no, $parent, $first_ordinal, $count, $attempt, $due)
        """;

    private const string InsertData =
        "INSERT INTO slice_data (mailing, slice, ordinals, data) VALUES ($mailing, $slice, $ordinals, $data)";

    public static void AddRoot(Database database, long mailing, long no, long firstOrdinal, NewSlice slice)
    {
        database.Run(InsertSlice, mailing, no, SqlValue.Null, firstOrdinal, slice.Count, 0L, 0L);
        database.Run(InsertData, mailing, no, SqlValue.Null, slice.Data.ToColumn());
    }

    /// <summary>Adds a child as the mailing's next slice.</summary>
    /// <returns>Its number.</returns>
    public static int AddChild(Database database, long mailing, NewChildSlice child, DateTimeOffset due)
    {
        var no = (int)(long)database.Ask(
            "UPDATE mailing SET slices = slices + 1, open_slices = open_slices + 1, retry = retry + $retry WHERE no = $no RETURNING slices - 1",
            child.Attempt > 0 ? child.Ordinals.Length : 0, mailing)!;

        // What is due at once must not become due with the next millisecond: nobody is woken for it then, and if it is
        // the last of its mailing, the mailing stands still.
        var dueColumn = child.DueIn > TimeSpan.Zero ? due.ToDueColumn() : due.ToColumn();
        database.Run(InsertSlice, mailing, no, child.ParentSliceNo, child.Ordinals.Span[0], child.Ordinals.Length, child.Attempt, dueColumn);
        database.Run(InsertData, mailing, no, child.Ordinals.ToColumn(), child.Data.ToColumn());
        return no;
    }
}
