namespace SuperMail.Dispatch.Ledgers;

internal enum SliceState : byte
{
    /// <summary>May be claimed once it is due.</summary>
    Open = 0,

    Claimed,

    /// <summary>Every position is final or has gone into a child.</summary>
    Done,
}

/// <summary>A slice in memory: one object for up to 500 recipients, so that ten million of them cost a few megabytes.</summary>
internal sealed class MemorySlice
{
    // Never changes.
    public required MemoryMailing Mailing { get; init; }

    public required int Number { get; init; }

    public int? Parent { get; init; }

    public required SliceOrdinals Ordinals { get; init; }

    public required int Count { get; init; }

    public int Attempt { get; init; }

    public DateTimeOffset Due { get; init; }

    // The claim; under the ledger's lock.
    public SliceState State { get; set; }

    public InMemorySession? Owner { get; set; }

    public long Generation { get; set; }

    public int SettledThrough { get; set; }

    public int BegunThrough { get; set; }

    /// <summary>Outcomes between settled and begun.</summary>
    public int Recorded { get; set; }

    /// <summary>How many of these must come again in children.</summary>
    public int Owed { get; set; }

    // What is known; under the ledger's lock.
    public ReadOnlyMemory<byte> Data { get; set; }

    /// <summary>Where its latest row stands in the mailing's log.</summary>
    public int LastRow { get; set; } = -1;

    public List<MemorySlice>? Children { get; private set; }

    // One code for the whole slice while that is enough: usually all are none, in the end all are sent.
    private OutcomeCode _same;
    private OutcomeCode[]? _codes;

    public OutcomeCode CodeAt(int position) => _codes is null ? _same : _codes[position];

    public void SetCodes(int first, ReadOnlySpan<OutcomeCode> codes)
    {
        _codes ??= Spread();
        codes.CopyTo(_codes.AsSpan(first));
    }

    public void FillCodes(int first, int count, OutcomeCode code)
    {
        if (first == 0 && count == Count)
        {
            (_same, _codes) = (code, null);
            return;
        }

        _codes ??= Spread();
        _codes.AsSpan(first, count).Fill(code);
    }

    public OutcomeCode[] CopyCodes(int first, int count) =>
        _codes is null ? Spread().AsSpan(0, count).ToArray() : _codes.AsSpan(first, count).ToArray();

    /// <summary>Nothing more will change soon: one code is kept when all are equal.</summary>
    public void Pack()
    {
        if (_codes is not null && !_codes.AsSpan().ContainsAnyExcept(_codes[0]))
        {
            (_same, _codes) = (_codes[0], null);
        }
    }

    /// <summary>The position of a recipient, or -1.</summary>
    public int PositionOf(long ordinal)
    {
        if (!Ordinals.Listed.IsEmpty)
        {
            return Math.Max(-1, Ordinals.Listed.Span.BinarySearch(ordinal));
        }

        var position = ordinal - Ordinals.First;
        return position >= 0 && position < Count ? (int)position : -1;
    }

    public void AddChild(MemorySlice child) => (Children ??= new(1)).Add(child);

    private OutcomeCode[] Spread()
    {
        var codes = new OutcomeCode[Count];
        codes.AsSpan().Fill(_same);
        return codes;
    }
}
