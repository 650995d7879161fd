namespace SuperMail.Dispatch.Ledgers;

/// <summary>A mailing in memory: what is wanted of it, its slices, its counts. Everything happens under the ledger's lock.</summary>
internal sealed class MemoryMailing(NewMailing created, long order, LaneWork lane, DateTimeOffset now, int maxHeld)
{
    private readonly long[] _final = new long[(int)OutcomeKind.Cancelled + 1];
    private bool _waitsForStart = created.NotBefore > now;
    private int _openSlices;
    private long _finalCount;
    private long _keptData;

    // Never changes.
    public NewMailing Created { get; } = created;

    /// <summary>Its place in the order of creation.</summary>
    public long Order { get; } = order;

    public LaneWork Lane { get; } = lane;

    public DateTimeOffset CreatedAt { get; } = now;

    public int MaxHeld { get; } = maxHeld;

    // What is wanted.
    public DesiredState Desired { get; private set; }

    public long ControlVersion { get; private set; }

    public string? Reason { get; private set; }

    public bool Sealed { get; private set; }

    public DateTimeOffset? FinishedAt { get; private set; }

    // What there is.
    public List<MemorySlice> Slices { get; } = [];

    /// <summary>The slices that were appended, by first ordinal.</summary>
    public List<MemorySlice> Roots { get; } = [];

    public SliceQueue Queue { get; } = new();

    public OutcomeLog Log { get; } = new();

    public RecipientNotes Notes { get; } = new();

    public RoomGate Room { get; } = new();

    public long Accepted { get; private set; }

    public ReadOnlyMemory<byte> RunningHash { get; private set; }

    public SmsUsage Usage { get; set; }

    /// <summary>In open children with an attempt, not begun.</summary>
    public long Retry { get; set; }

    public long Held => Accepted - _finalCount;

    public bool IsClaimable(DateTimeOffset now) =>
        Desired == DesiredState.Run && (Sealed || Created.SendBeforeSeal) && !(Created.NotBefore > now) && Queue.HasReady;

    /// <summary>
    /// Makes ready what has become due. Whoever looks first tells the lane: were it only the alarm, a reader that looks
    /// a moment before it would take the news away from those who wait.
    /// </summary>
    public void Look(DateTimeOffset now)
    {
        var started = _waitsForStart && Created.NotBefore <= now;
        _waitsForStart &= !started;
        if (Queue.Promote(now) || started)
        {
            Lane.Changed();
        }
    }

    /// <summary>When time alone makes something claimable next.</summary>
    public DateTimeOffset? NextMoment(DateTimeOffset now) =>
        LaneWork.Earlier(Queue.NextDue, Created.NotBefore > now ? Created.NotBefore : null);

    public MemorySlice Append(NewSlice slice)
    {
        var root = new MemorySlice
        {
            Mailing = this,
            Number = Slices.Count,
            Ordinals = new SliceOrdinals(Accepted, default),
            Count = slice.Count,
            Data = slice.Data,
        };
        Slices.Add(root);
        Roots.Add(root);
        Accepted += slice.Count;
        _openSlices++;
        return root;
    }

    public MemorySlice AddChild(NewChildSlice child, MemorySlice parent, DateTimeOffset now)
    {
        var slice = new MemorySlice
        {
            Mailing = this,
            Number = Slices.Count,
            Parent = parent.Number,
            Ordinals = new SliceOrdinals(child.Ordinals.Span[0], child.Ordinals.ToArray()),
            Count = child.Ordinals.Length,
            Attempt = child.Attempt,
            Due = now + child.DueIn,
            Data = child.Data,
        };
        Slices.Add(slice);
        parent.AddChild(slice);
        _openSlices++;
        Retry += slice.Attempt > 0 ? slice.Count : 0;
        return slice;
    }

    public void SetRunningHash(ReadOnlyMemory<byte> hash) => RunningHash = hash.ToArray();

    public void Seal() => Sealed = true;

    public void Want(DesiredState desired, string? reason)
    {
        Desired = desired;
        Reason = reason;
        ControlVersion++;
    }

    public void Count(OutcomeCode code, int recipients)
    {
        if (code.IsFinal)
        {
            _final[(int)code.Kind] += recipients;
            _finalCount += recipients;
        }
    }

    /// <summary>Keeps the data of unsent recipients of closed slices, as many as may be held; beyond that it is dropped.</summary>
    public ReadOnlyMemory<byte> KeepWithinBounds(ReadOnlyMemory<byte> remainder, int unsent)
    {
        // Whatever the core calls a remainder: where nobody is unsent nothing is kept, or ten million would be.
        if (remainder.IsEmpty || unsent == 0 || _keptData + unsent > MaxHeld)
        {
            return default;
        }

        _keptData += unsent;
        return remainder;
    }

    public void CloseSlice(MemorySlice slice)
    {
        slice.State = SliceState.Done;
        slice.Owner = null;
        slice.Pack();
        _openSlices--;
    }

    /// <summary>Finishes it if nothing is left, in the same step as what left nothing.</summary>
    public bool TryFinish(DateTimeOffset now)
    {
        if (FinishedAt is not null || _openSlices > 0 || !(Sealed || Desired == DesiredState.Cancel))
        {
            return false;
        }

        FinishedAt = now;
        return true;
    }

    public void Reopen() => FinishedAt = null;

    public MailingCounts Counts() => new()
    {
        Accepted = Accepted,
        Sent = _final[(int)OutcomeKind.Sent],
        Failed = _final[(int)OutcomeKind.Failed],
        InDoubt = _final[(int)OutcomeKind.InDoubt],
        Duplicate = _final[(int)OutcomeKind.Duplicate],
        Blocked = _final[(int)OutcomeKind.Blocked],
        Cancelled = _final[(int)OutcomeKind.Cancelled],
        Retry = Retry,
    };
}
