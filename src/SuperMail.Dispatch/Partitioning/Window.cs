using SuperMail.Dispatch.Ledgers;

namespace SuperMail.Dispatch.Partitioning;

/// <summary>
/// Recipients begun together: ranges of slices, possibly of several mailings. Written by the partitioner until it is
/// begun, then pulled and reported by one turn.
/// </summary>
internal sealed class Window
{
    private readonly Action<Window> _completed;
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _recorded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private List<FailureDetail>? _failures;
    private List<MailingId>? _failureMailings;
    private List<(Entry Entry, TakenMessage Taken)>? _taken;
    private int _open;
    private bool _submitted;

    public Window(int capacity, Action<Window> completed)
    {
        _completed = completed;
        Entries = new List<Entry>(capacity);
    }

    /// <summary>One recipient to send to.</summary>
    public readonly record struct Entry(SliceCursor Cursor, int Position, StoredRecipient Recipient)
    {
        public MailingId Mailing => Cursor.Mailing;

        public long Ordinal => Cursor.Slice.Ordinals[Position];
    }

    /// <summary>A range of one slice.</summary>
    public readonly record struct Part(SliceCursor Cursor, int First, int Count);

    /// <summary>Whom to send to; settled once <see cref="Begun"/> is complete.</summary>
    public List<Entry> Entries { get; }

    public List<Part> Parts { get; } = new(1);

    /// <summary>Whose they are; each once.</summary>
    public IReadOnlyList<MailingId> Mailings => Parts is [var only] ? [only.Cursor.Mailing] : [.. Parts.Select(static p => p.Cursor.Mailing).Distinct()];

    public int Positions { get; private set; }

    /// <summary>True once every entry is reported: the ledger is being told.</summary>
    public bool IsSubmitted => Volatile.Read(ref _submitted);

    /// <summary>Complete when the begin is durable: from then on entries may leave.</summary>
    public Task Begun => _begun.Task;

    /// <summary>Complete when the outcomes are durable.</summary>
    public Task Recorded => _recorded.Task;

    public void Add(SliceCursor cursor, int position, in StoredRecipient recipient) =>
        Entries.Add(new Entry(cursor, position, recipient));

    public void AddJudged(SliceCursor cursor, int position, in StoredRecipient recipient)
    {
        cursor.Codes[position] = recipient.PreJudged;
        if (recipient.Reason is { } reason)
        {
            AddFailure(cursor.Mailing, new FailureDetail(cursor.Slice.Ordinals[position], 0, 0, default, reason));
        }
    }

    public void AddPart(SliceCursor cursor, int first, int count)
    {
        Parts.Add(new Part(cursor, first, count));
        Positions += count;
    }

    /// <summary>An entry is not to be sent: its code stands. Before the begin only.</summary>
    public void Screen(int index, OutcomeCode code)
    {
        var entry = Entries[index];
        entry.Cursor.Codes[entry.Position] = code;
    }

    /// <summary>Drops screened entries and the entries of parts that were not begun, and lets the turn go on.</summary>
    public void Settle()
    {
        Entries.RemoveAll(e => e.Cursor.Codes[e.Position].Kind is not OutcomeKind.None || !IsBegun(e));
        _open = Entries.Count;
        if (_open == 0)
        {
            _submitted = true;
            _begun.SetResult();
            _completed(this);
        }
        else
        {
            _begun.SetResult();
        }
    }

    /// <summary>The keys under which a provider will report on recipients of this window.</summary>
    public IEnumerable<string> ProviderKeys => _taken?.SelectMany(static t => t.Taken.Keys) ?? [];

    /// <summary>Says what became of an entry, once.</summary>
    public void Report(in Entry entry, OutcomeCode code, FailureDetail? failure, TakenMessage? taken = null)
    {
        lock (_lock)
        {
            if (taken is not null)
            {
                (_taken ??= []).Add((entry, taken));
            }

            // A refusal counts before it is reported here, so another connection may have given it back in between.
            if (entry.Cursor.Codes[entry.Position].Kind is OutcomeKind.None)
            {
                entry.Cursor.Codes[entry.Position] = code;
                if (failure is not null)
                {
                    AddFailure(entry.Mailing, failure);
                }
            }

            if (--_open > 0)
            {
                return;
            }

            _submitted = true;
        }

        _completed(this);
    }

    /// <summary>Gives an entry back that was reported as refused, while the window is not yet on its way to the ledger.</summary>
    /// <returns>False when it is too late: the ledger must revise it.</returns>
    public bool TryGiveBack(in Entry entry)
    {
        lock (_lock)
        {
            if (_submitted)
            {
                return false;
            }

            entry.Cursor.Codes[entry.Position] = new OutcomeCode(OutcomeKind.NotSent, OutcomeReason.Stopped);
            return true;
        }
    }

    /// <summary>What the ledger is told.</summary>
    public void AppendOutcomes(List<OutcomeRange> outcomes)
    {
        foreach (var part in Parts)
        {
            outcomes.Add(new OutcomeRange
            {
                Slice = part.Cursor.Slice.Ref,
                First = part.First,
                Codes = part.Cursor.Codes.AsMemory(part.First, part.Count),
                Failures = FailuresOf(part),
                ProviderKeys = _taken is null
                    ? []
                    : [.. TakenOf(part).SelectMany(static t => t.Taken.Keys, static (t, key) => new ProviderKey(t.Entry.Ordinal, key))],
                Usage = _taken is null ? default : TakenOf(part).Aggregate(default(SmsUsage), static (sum, t) => sum + t.Taken.Usage),
            });
        }
    }

    public void MarkRecorded() => _recorded.TrySetResult();

    /// <summary>The ledger failed: nobody may go on as if this were remembered.</summary>
    public void MarkLost(Exception fault)
    {
        _begun.TrySetException(fault);
        _recorded.TrySetException(fault);
        _ = _begun.Task.Exception;
        _ = _recorded.Task.Exception;
    }

    private bool IsBegun(in Entry entry)
    {
        foreach (var part in Parts)
        {
            if (Holds(part, entry))
            {
                return true;
            }
        }

        return false;
    }

    private IEnumerable<(Entry Entry, TakenMessage Taken)> TakenOf(Part part) => _taken!.Where(t => Holds(part, t.Entry));

    private void AddFailure(MailingId mailing, FailureDetail failure)
    {
        (_failures ??= []).Add(failure);
        (_failureMailings ??= []).Add(mailing);
    }

    private FailureDetail[] FailuresOf(Part part)
    {
        if (_failures is null)
        {
            return [];
        }

        var found = new List<FailureDetail>();
        for (var i = 0; i < _failures.Count; i++)
        {
            if (_failureMailings![i] == part.Cursor.Mailing && Holds(part, _failures[i].Ordinal))
            {
                found.Add(_failures[i]);
            }
        }

        return [.. found];
    }

    private static bool Holds(in Part part, in Entry entry) =>
        ReferenceEquals(part.Cursor, entry.Cursor) && entry.Position >= part.First && entry.Position < part.First + part.Count;

    private static bool Holds(Part part, long ordinal)
    {
        var ordinals = part.Cursor.Slice.Ordinals;
        for (var p = part.First; p < part.First + part.Count; p++)
        {
            if (ordinals[p] == ordinal)
            {
                return true;
            }
        }

        return false;
    }
}
