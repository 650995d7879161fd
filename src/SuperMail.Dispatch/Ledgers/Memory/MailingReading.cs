namespace SuperMail.Dispatch.Ledgers;

/// <summary>What readers get, in chunks: the lock is held for a chunk and never while the caller looks at one.</summary>
internal sealed class MailingReading(MemoryStore store)
{
    private const int RowsAtOnce = 256;
    private const int SlicesAtOnce = 32;

    public IEnumerable<LedgerOutcome> Outcomes(MailingId id, long after, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<LedgerOutcome> rows;
            lock (store.Gate)
            {
                store.Enter();
                rows = store.Shelf.TryFind(id, out var mailing) ? mailing.Log.Read(after, RowsAtOnce, mailing.Slices) : [];
            }

            if (rows.Count == 0)
            {
                yield break;
            }

            foreach (var row in rows)
            {
                yield return row;
            }

            after = rows[^1].Position;
        }
    }

    public IEnumerable<LedgerSlice> Slices(MailingId id, CancellationToken cancellationToken)
    {
        for (var next = 0; ; next += SlicesAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<LedgerSlice> found;
            lock (store.Gate)
            {
                store.Enter();
                found = store.Shelf.TryFind(id, out var mailing)
                    ? [.. mailing.Slices.Skip(next).Take(SlicesAtOnce).Select(Copy)]
                    : [];
            }

            foreach (var slice in found)
            {
                yield return slice;
            }

            if (found.Count < SlicesAtOnce)
            {
                yield break;
            }
        }
    }

    public static LedgerRecipient? Recipient(MemoryMailing mailing, long ordinal)
    {
        if (ordinal < 0 || ordinal >= mailing.Accepted)
        {
            return null;
        }

        var slice = RootOf(mailing, ordinal);
        var position = slice.PositionOf(ordinal);

        // A child that has no outcome yet says nothing newer than its parent.
        var (code, at) = Latest(slice, position, default, null);
        while (slice.Children?.FindLast(child => child.PositionOf(ordinal) >= 0) is { } child)
        {
            slice = child;
            position = child.PositionOf(ordinal);
            (code, at) = Latest(slice, position, code, at);
        }

        return new LedgerRecipient
        {
            Key = new RecipientKey(mailing.Created.Id, ordinal),
            Code = code,
            At = at,
            Failure = mailing.Notes.LatestFailure(ordinal),
            Events = mailing.Notes.Events(ordinal),
            SliceNo = slice.Number,
            Position = position,
            SliceData = slice.Data,
        };
    }

    private static (OutcomeCode Code, DateTimeOffset? At) Latest(MemorySlice slice, int position, OutcomeCode before, DateTimeOffset? at)
    {
        var code = slice.CodeAt(position);
        return code == default ? (before, at) : (code, slice.Mailing.Log.FindTime(slice.Number, position, slice.LastRow));
    }

    private static MemorySlice RootOf(MemoryMailing mailing, long ordinal)
    {
        var (low, high) = (0, mailing.Roots.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = mailing.Roots[middle].Ordinals.First <= ordinal ? (middle, high) : (low, middle - 1);
        }

        return mailing.Roots[low];
    }

    private static LedgerSlice Copy(MemorySlice slice) => new()
    {
        SliceNo = slice.Number,
        ParentSliceNo = slice.Parent,
        Ordinals = slice.Ordinals,
        Codes = slice.CopyCodes(0, slice.Count),
        Data = slice.Data,
    };
}
