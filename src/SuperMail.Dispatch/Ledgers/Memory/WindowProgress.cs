namespace SuperMail.Dispatch.Ledgers;

/// <summary>Begin and record: what happens to a window of a claimed slice. Under the ledger's lock.</summary>
internal sealed class WindowProgress(MemoryStore store)
{
    // A window is mostly one range of one slice, and mostly accepted.
    private static readonly BeginResult[] OneAccepted = [BeginResult.Accepted];

    private enum Standing
    {
        New,
        Repeated,
        Stale,
    }

    public IReadOnlyList<BeginResult> Begin(IReadOnlyList<SliceRange> ranges)
    {
        var results = ranges.Count == 1 ? OneAccepted : new BeginResult[ranges.Count];
        for (var i = 0; i < ranges.Count; i++)
        {
            BeginResult result;
            try
            {
                result = Begin(ranges[i]);
            }
            catch (InvalidOperationException)
            {
                // One transaction: what this call began before the fault is not begun.
                for (var undo = i - 1; undo >= 0; undo--)
                {
                    if (results[undo] == BeginResult.Accepted)
                    {
                        Move(Find(ranges[undo].Slice)!, -ranges[undo].Count);
                    }
                }

                throw;
            }

            if (ranges.Count == 1 && result != BeginResult.Accepted)
            {
                return [result];
            }

            if (ranges.Count > 1)
            {
                results[i] = result;
            }
        }

        return results;
    }

    public void Record(IReadOnlyList<OutcomeRange> outcomes, DateTimeOffset now)
    {
        for (var i = 0; i < outcomes.Count; i++)
        {
            Judge(outcomes[i], Find(outcomes[i].Slice));
        }

        for (var i = 0; i < outcomes.Count; i++)
        {
            Record(outcomes[i], now);
        }
    }

    /// <summary>The slice, if this claim on it holds.</summary>
    public MemorySlice? Find(SliceRef claim) =>
        store.Shelf.TryFind(claim.Mailing, out var mailing)
        && (uint)claim.SliceNo < (uint)mailing.Slices.Count
        && mailing.Slices[claim.SliceNo] is { State: SliceState.Claimed } slice
        && slice.Generation == claim.Generation
            ? slice
            : null;

    private BeginResult Begin(in SliceRange range)
    {
        if (Find(range.Slice) is not { } slice)
        {
            return BeginResult.Fenced;
        }

        // Before the order is looked at: behind a range that was not begun, the next one of the batch is out of order.
        if (slice.Mailing.Desired != DesiredState.Run)
        {
            return BeginResult.Paused;
        }

        if (range.First != slice.BegunThrough || range.Count < 1 || range.Count > slice.Count - range.First)
        {
            throw new InvalidOperationException(
                $"Slice {range.Slice.SliceNo} has {slice.Count} recipients and is begun through {slice.BegunThrough}; {range.Count} from {range.First} cannot be begun next.");
        }

        Move(slice, range.Count);
        return BeginResult.Accepted;
    }

    private static void Move(MemorySlice slice, int count)
    {
        slice.BegunThrough += count;

        // A recipient on the wire is no longer one that waits for another attempt.
        slice.Mailing.Retry -= slice.Attempt > 0 ? count : 0;
    }

    private static Standing Judge(OutcomeRange range, MemorySlice? slice)
    {
        if (range.Codes.IsEmpty || range.Codes.Span.Contains(default))
        {
            throw new ArgumentException("Each position of an outcome range needs an outcome.", nameof(range));
        }

        if (slice is null)
        {
            return Standing.Stale;
        }

        if (range.First < slice.SettledThrough || range.Codes.Length > slice.BegunThrough - range.First)
        {
            throw new InvalidOperationException(
                $"Slice {slice.Number} may have outcomes from {slice.SettledThrough} to {slice.BegunThrough}, not {range.Codes.Length} from {range.First}: an outcome needs a begin.");
        }

        var codes = range.Codes.Span;
        var known = 0;
        for (var i = 0; i < codes.Length; i++)
        {
            var code = slice.CodeAt(range.First + i);
            if (code != default)
            {
                known++;
                if (code != codes[i])
                {
                    throw new InvalidOperationException(
                        $"Position {range.First + i} of slice {slice.Number} has the outcome {code.Kind} already; it cannot become {codes[i].Kind}.");
                }
            }
        }

        // A caller who could not see whether the first time went through may say it again.
        return known == 0 ? Standing.New
            : known == codes.Length ? Standing.Repeated
            : throw new InvalidOperationException($"Slice {slice.Number}: some of {codes.Length} positions from {range.First} have outcomes already.");
    }

    private void Record(OutcomeRange range, DateTimeOffset now)
    {
        var slice = Find(range.Slice);
        switch (Judge(range, slice))
        {
            case Standing.New:
                Apply(range, slice!, now);
                AddKeys(range, slice!.Mailing);
                break;
            case Standing.Stale when store.Shelf.TryFind(range.Slice.Mailing, out var mailing):
                KeepEvidence(range, mailing, now);
                AddKeys(range, mailing);
                break;
            default:
                break;
        }
    }

    private static void Apply(OutcomeRange range, MemorySlice slice, DateTimeOffset now)
    {
        var mailing = slice.Mailing;
        var codes = range.Codes.Span;
        slice.SetCodes(range.First, codes);
        slice.Recorded += codes.Length;
        foreach (var code in codes)
        {
            mailing.Count(code, 1);
            slice.Owed += code.IsFinal ? 0 : 1;
        }

        slice.LastRow = mailing.Log.Append(slice.Number, range.First, codes, now, range.Failures, evidence: false);
        mailing.Notes.Add(range.Failures);
        mailing.Usage += range.Usage;
        mailing.Room.RoomIs(mailing.Held, mailing.MaxHeld);
    }

    /// <summary>What a late owner found out is worth reading when a doubt is resolved; it moves nobody.</summary>
    private static void KeepEvidence(OutcomeRange range, MemoryMailing mailing, DateTimeOffset now)
    {
        if ((uint)range.Slice.SliceNo < (uint)mailing.Slices.Count
            && range.First >= 0
            && range.Codes.Length <= mailing.Slices[range.Slice.SliceNo].Count - range.First)
        {
            mailing.Log.Append(range.Slice.SliceNo, range.First, range.Codes.Span, now, range.Failures, evidence: true);
        }
    }

    private void AddKeys(OutcomeRange range, MemoryMailing mailing)
    {
        for (var i = 0; i < range.ProviderKeys.Count; i++)
        {
            store.Shelf.AddProviderKey(mailing, range.ProviderKeys[i]);
        }
    }
}
