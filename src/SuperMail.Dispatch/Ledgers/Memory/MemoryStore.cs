namespace SuperMail.Dispatch.Ledgers;

/// <summary>
/// What the ledger and its sessions share, under one lock: every operation takes it once, for microseconds, and a
/// window may hold ranges of several mailings. Nothing is awaited and no caller's code runs while it is held.
/// </summary>
internal sealed class MemoryStore : IDisposable
{
    private readonly TimeProvider _time;
    private readonly Dictionary<string, LaneWork> _lanes = new(StringComparer.Ordinal);
    private readonly Alarm _alarm;
    private bool _disposed;

    public MemoryStore(TimeProvider time, int maxHeld, TimeSpan keepFinished, TimeSpan lease)
    {
        _time = time;
        MaxHeld = maxHeld;
        Lease = lease;
        Shelf = new MailingShelf(keepFinished);
        _alarm = new Alarm(time, Ring);
    }

    public Lock Gate { get; } = new();

    public int MaxHeld { get; }

    public TimeSpan Lease { get; }

    public MailingShelf Shelf { get; }

    /// <summary>Those not disposed, and those disposed that still own slices.</summary>
    public List<InMemorySession> Sessions { get; } = [];

    /// <summary>Begins an operation, with the lock held.</summary>
    public DateTimeOffset Enter()
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(InMemoryLedger));
        return _time.GetUtcNow();
    }

    public LaneWork Lane(string name)
    {
        if (!_lanes.TryGetValue(name, out var lane))
        {
            _lanes.Add(name, lane = new LaneWork());
        }

        return lane;
    }

    public void RingBy(DateTimeOffset? moment, DateTimeOffset now) => _alarm.RingBy(moment, now);

    /// <summary>Ends a step that may have been a mailing's last one, and wakes those whom it concerns.</summary>
    public void Settle(MemoryMailing mailing, DateTimeOffset now)
    {
        if (mailing.TryFinish(now))
        {
            mailing.Lane.Remove(mailing);
            Shelf.Finished(mailing);
            RingBy(Shelf.NextDrop, now);
            mailing.Lane.Changed();
        }

        if (mailing.FinishedAt is null)
        {
            RingBy(mailing.NextMoment(now), now);
            if (mailing.IsClaimable(now))
            {
                mailing.Lane.Changed();
            }
        }

        mailing.Room.RoomIs(mailing.Held, mailing.MaxHeld);
    }

    public LedgerMailing Snapshot(MemoryMailing mailing, DateTimeOffset now)
    {
        mailing.Look(now);
        return new LedgerMailing
        {
            Created = mailing.Created,
            Desired = mailing.Desired,
            ControlVersion = mailing.ControlVersion,
            Reason = mailing.Reason,
            Sealed = mailing.Sealed,
            RunningHash = mailing.RunningHash,
            Counts = mailing.Counts(),
            Usage = mailing.Usage,
            CreatedAt = mailing.CreatedAt,
            FinishedAt = mailing.FinishedAt,
            NextDue = mailing.Queue.NextDue,
            ReaderAlive = !mailing.Sealed && mailing.Created.ReaderInstanceId is { } reader
                && Sessions.Exists(session => session.InstanceId == reader && !session.IsOver(now)),
        };
    }

    public void Dispose()
    {
        lock (Gate)
        {
            _disposed = true;
            _alarm.Dispose();
            foreach (var lane in _lanes.Values)
            {
                lane.End(new ObjectDisposedException(nameof(InMemoryLedger)));
            }

            // Readers look again and find the ledger disposed.
            foreach (var mailing in Shelf.InOrder)
            {
                mailing.Room.Open();
            }
        }
    }

    private void Ring()
    {
        lock (Gate)
        {
            // The timer may have been on its way while the ledger was disposed.
            if (_disposed)
            {
                return;
            }

            var now = _time.GetUtcNow();
            Shelf.DropExpired(now);
            var next = Shelf.NextDrop;
            foreach (var lane in _lanes.Values)
            {
                next = LaneWork.Earlier(next, lane.Look(now));
            }

            _alarm.Set(next, now);
        }
    }
}
