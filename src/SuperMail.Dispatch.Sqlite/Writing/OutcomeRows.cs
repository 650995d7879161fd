namespace SuperMail.Dispatch.Sqlite;

/// <summary>Adds to a mailing's record and keeps its counts.</summary>
internal static class OutcomeRows
{
    // A row's position is the number of recipients recorded up to its end, so that a reader may stand in the middle of a
    // row. Numbers are handed out in the order of commits: there is one writer.
    private const string Count = """
        UPDATE mailing SET recorded = recorded + $count, sent = sent + $sent, failed = failed + $failed, in_doubt = in_doubt + $in_doubt,
            duplicate = duplicate + $duplicate, blocked = blocked + $blocked, cancelled = cancelled + $cancelled
        WHERE no = $no RETURNING recorded
        """;

    private const string Uncount = """
        UPDATE mailing SET failed = failed - $failed, in_doubt = in_doubt - $in_doubt WHERE no = $no
        """;

    private const string Insert = """
        INSERT INTO outcome (mailing, position, slice, first, count, generation, at, evidence, failures, codes)
        VALUES ($mailing, $position, $slice, $first, $count, $generation, $at, $evidence, $failures, $codes)
        """;

    private const string InsertFailure = """
        INSERT OR REPLACE INTO failure (mailing, ordinal, position, attempt, reply, enhanced, text)
        VALUES ($mailing, $ordinal, $position, $attempt, $reply, $enhanced, $text)
        """;

    /// <summary>Records outcomes that count.</summary>
    /// <returns>The position of the row.</returns>
    public static long Add(
        WriteScope scope, long mailing, int slice, long generation, int first, ReadOnlySpan<OutcomeCode> codes, IReadOnlyList<FailureDetail> failures)
    {
        Span<long> counts = stackalloc long[(int)OutcomeKind.Cancelled + 1];
        foreach (var code in codes)
        {
            counts[(int)code.Kind]++;
        }

        return Add(scope, mailing, slice, generation, first, codes, failures, evidence: false, counts);
    }

    /// <summary>Records what a late owner found out: worth reading when a doubt is resolved; it moves nobody.</summary>
    public static void AddEvidence(WriteScope scope, long mailing, in OutcomeRange range)
    {
        Span<long> none = stackalloc long[(int)OutcomeKind.Cancelled + 1];
        Add(scope, mailing, range.Slice.SliceNo, range.Slice.Generation, range.First, range.Codes.Span, range.Failures, evidence: true, none);
    }

    /// <summary>Takes back what a revised outcome counted for.</summary>
    public static void TakeBack(Database database, long mailing, OutcomeKind kind) =>
        database.Run(Uncount, kind is OutcomeKind.Failed ? 1L : 0L, kind is OutcomeKind.InDoubt ? 1L : 0L, mailing);

    private static long Add(
        WriteScope scope, long mailing, int slice, long generation, int first, ReadOnlySpan<OutcomeCode> codes,
        IReadOnlyList<FailureDetail> failures, bool evidence, ReadOnlySpan<long> counts)
    {
        var database = scope.Database;
        var position = (long)database.Ask(
            Count, codes.Length, counts[(int)OutcomeKind.Sent], counts[(int)OutcomeKind.Failed], counts[(int)OutcomeKind.InDoubt],
            counts[(int)OutcomeKind.Duplicate], counts[(int)OutcomeKind.Blocked], counts[(int)OutcomeKind.Cancelled], mailing)!;
        database.Run(
            Insert, mailing, position, slice, first, codes.Length, generation, scope.Now.ToColumn(), evidence ? 1L : 0L, failures.Count, CodeRuns.Encode(codes));
        for (var i = 0; i < failures.Count; i++)
        {
            var failure = failures[i];
            database.Run(
                InsertFailure, mailing, failure.Ordinal, position, failure.Attempt, failure.ReplyCode, EnhancedCodes.ToColumn(failure.EnhancedCode), failure.Text);
        }

        return position;
    }
}
