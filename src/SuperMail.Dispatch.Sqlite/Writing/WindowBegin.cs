namespace SuperMail.Dispatch.Sqlite;

/// <summary>Begin: what happens before a window's first byte leaves.</summary>
internal static class WindowBegin
{
    // One update of the slice's row: fence (state, generation), pause gate (desired) and order (begun) are one condition.
    private const string Begin = """
        UPDATE slice SET begun = begun + $count
        WHERE mailing = (SELECT no FROM mailing WHERE id = $mailing AND desired = 0) AND no = $no
            AND state = 1 AND generation = $generation AND begun = $first AND begun + $count <= count
        RETURNING mailing, attempt
        """;

    public static IReadOnlyList<BeginResult> Apply(WriteScope scope, IReadOnlyList<SliceRange> ranges)
    {
        var results = new BeginResult[ranges.Count];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = ranges[i].Count > 0 && TryBegin(scope, ranges[i]) ? BeginResult.Accepted : WhyNot(scope.Database, ranges[i]);
        }

        return results;
    }

    private static bool TryBegin(WriteScope scope, in SliceRange range)
    {
        long mailing, attempt;
        using (var row = scope.Database.Read(
            Begin, range.Count, range.Slice.Mailing.ToColumn(), range.Slice.SliceNo, range.Slice.Generation, range.First))
        {
            if (!row.Read())
            {
                return false;
            }

            (mailing, attempt) = (row.GetInt64(0), row.GetInt64(1));
        }

        scope.Began = true;
        if (attempt > 0)
        {
            // A recipient on the wire is no longer one that waits for another attempt.
            scope.Database.Run("UPDATE mailing SET retry = retry - $count WHERE no = $no", range.Count, mailing);
        }

        return true;
    }

    /// <exception cref="InvalidOperationException">The claim holds and the mailing runs, so the range is wrong.</exception>
    private static BeginResult WhyNot(Database database, in SliceRange range)
    {
        if (MailingRow.Find(database, range.Slice.Mailing) is not { } mailing
            || SliceRow.FindClaimed(database, mailing.No, range.Slice) is not { } slice)
        {
            return BeginResult.Fenced;
        }

        // Before the order: behind a range that was not begun, the next one of the batch is out of order.
        return mailing.Desired is not DesiredState.Run
            ? BeginResult.Paused
            : throw new InvalidOperationException(
                $"Slice {slice.No} has {slice.Count} recipients and is begun through {slice.Begun}; {range.Count} from {range.First} cannot be begun next.");
    }
}
