namespace SuperMail.Dispatch.Sqlite;

/// <summary>Record: what became of begun positions.</summary>
internal static class OutcomeRecording
{
    private const string AddKey = """
        INSERT INTO provider_key (key, mailing, ordinal) VALUES ($key, $mailing, $ordinal)
        ON CONFLICT (key) DO UPDATE SET mailing = excluded.mailing, ordinal = excluded.ordinal
        """;

    private enum Standing
    {
        New,
        Repeated,
        Stale,
    }

    public static bool Apply(WriteScope scope, IReadOnlyList<OutcomeRange> outcomes)
    {
        for (var i = 0; i < outcomes.Count; i++)
        {
            Apply(scope, outcomes[i]);
        }

        return true;
    }

    private static void Apply(WriteScope scope, OutcomeRange range)
    {
        if (range.Codes.IsEmpty || range.Codes.Span.Contains(default))
        {
            throw new ArgumentException("Each position of an outcome range needs an outcome.", nameof(range));
        }

        var (found, slice) = SliceRow.FindClaimed(scope.Database, range.Slice);
        if (found is not { } mailing)
        {
            return; // purged meanwhile
        }

        switch (Judge(range, slice))
        {
            case Standing.New:
                Add(scope, range, slice!);
                UsageRow.Add(scope.Database, mailing, range.Usage);
                AddKeys(scope.Database, range, mailing);
                break;
            case Standing.Stale:
                KeepEvidence(scope, range, mailing);
                AddKeys(scope.Database, range, mailing);
                break;
            default:
                break;
        }
    }

    private static Standing Judge(OutcomeRange range, SliceRow? slice)
    {
        if (slice is null)
        {
            return Standing.Stale;
        }

        if (range.First < slice.Settled || range.Codes.Length > slice.Begun - range.First)
        {
            throw new InvalidOperationException(
                $"Slice {slice.No} may have outcomes from {slice.Settled} to {slice.Begun}, not {range.Codes.Length} from {range.First}: an outcome needs a begin.");
        }

        var told = range.Codes.Span;
        var present = slice.Codes.AsSpan(range.First, told.Length);
        if (!present.ContainsAnyExcept(default(OutcomeCode)))
        {
            return Standing.New;
        }

        // A caller who could not see whether the first time went through may say it again.
        return present.SequenceEqual(told)
            ? Standing.Repeated
            : throw new InvalidOperationException(
                $"Slice {slice.No}: positions from {range.First} to {range.First + told.Length} have outcomes already, and not these.");
    }

    private static void Add(WriteScope scope, OutcomeRange range, SliceRow slice)
    {
        var codes = range.Codes.Span;
        codes.CopyTo(slice.Codes.AsSpan(range.First));
        slice.Recorded += codes.Length;
        foreach (var code in codes)
        {
            slice.Owed += code.IsFinal ? 0 : 1;
        }

        slice.LastRow = OutcomeRows.Add(scope, slice.Mailing, slice.No, slice.Generation, range.First, codes, range.Failures);
        slice.Save(scope.Database);
    }

    private static void KeepEvidence(WriteScope scope, OutcomeRange range, long mailing)
    {
        if (SliceRow.Find(scope.Database, mailing, range.Slice.SliceNo) is { } slice
            && range.First >= 0
            && range.Codes.Length <= slice.Count - range.First)
        {
            OutcomeRows.AddEvidence(scope, mailing, range);
        }
    }

    private static void AddKeys(Database database, OutcomeRange range, long mailing)
    {
        for (var i = 0; i < range.ProviderKeys.Count; i++)
        {
            database.Run(AddKey, range.ProviderKeys[i].Key, mailing, range.ProviderKeys[i].Ordinal);
        }
    }
}
