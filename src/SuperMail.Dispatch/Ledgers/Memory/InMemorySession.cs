namespace SuperMail.Dispatch.Ledgers;

/// <summary>A dispatcher's access to the in-memory ledger.</summary>
internal sealed class InMemorySession(MemoryStore store, DateTimeOffset leaseUntil) : ILedgerSession
{
    private readonly SliceClaims _claims = new(store);
    private readonly WindowProgress _windows = new(store);
    private readonly SliceClosing _closing = new(store);

    // Under the ledger's lock.
    private Dictionary<MailingId, ControlChange> _changes = [];
    private DateTimeOffset _leaseUntil = leaseUntil;
    private bool _disposed;

    public string InstanceId { get; } = Guid.CreateVersion7().ToString("N");

    /// <summary>What it has claimed; under the ledger's lock.</summary>
    public HashSet<MemorySlice> Owned { get; } = [];

    public ValueTask<Heartbeat> HeartbeatAsync(IReadOnlyList<LaneGrant> wishes, CancellationToken cancellationToken)
    {
        lock (store.Gate)
        {
            _leaseUntil = Enter(cancellationToken) + store.Lease;
            var changes = _changes.Values.ToList();
            _changes = [];
            return new(new Heartbeat(store.Lease, changes, [.. wishes]));
        }
    }

    public ValueTask<IReadOnlyList<ReadyMailing>> ListReadyAsync(string lane, int max, CancellationToken cancellationToken)
    {
        lock (store.Gate)
        {
            return new(_claims.ListReady(lane, max, Enter(cancellationToken)));
        }
    }

    public ValueTask<IReadOnlyList<ClaimedSlice>> ClaimAsync(MailingId mailing, int max, CancellationToken cancellationToken)
    {
        lock (store.Gate)
        {
            return new(_claims.Claim(this, mailing, max, Enter(cancellationToken)));
        }
    }

    public ValueTask<IReadOnlyList<ClaimedSlice>> RecoverAsync(string lane, int max, CancellationToken cancellationToken)
    {
        lock (store.Gate)
        {
            return new(_claims.Recover(this, lane, max, Enter(cancellationToken)));
        }
    }

    public ValueTask<IReadOnlyList<BeginResult>> BeginAsync(IReadOnlyList<SliceRange> ranges, CancellationToken cancellationToken)
    {
        lock (store.Gate)
        {
            Enter(cancellationToken);
            return new(_windows.Begin(ranges));
        }
    }

    public ValueTask RecordAsync(IReadOnlyList<OutcomeRange> outcomes, CancellationToken cancellationToken)
    {
        lock (store.Gate)
        {
            _windows.Record(outcomes, Enter(cancellationToken));
            return ValueTask.CompletedTask;
        }
    }

    public ValueTask<CompletionResult> CompleteAsync(SliceCompletion completion, CancellationToken cancellationToken)
    {
        lock (store.Gate)
        {
            var now = Enter(cancellationToken);
            var mailing = store.Shelf.Require(completion.Slice.Mailing);
            var slice = _windows.Find(completion.Slice);
            if (slice is not null)
            {
                _closing.Complete(slice, completion, now);
            }

            return new(new CompletionResult(slice is null, store.Snapshot(mailing, now)));
        }
    }

    public async ValueTask<long> WaitForWorkAsync(string lane, long seen, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (store.Gate)
            {
                // Looked at under the lock that also changes it: no change falls between the look and the wait.
                var now = Enter(cancellationToken);
                var work = store.Lane(lane);
                work.Look(now);
                if (work.Version != seen)
                {
                    return work.Version;
                }

                changed = work.Wait();
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (store.Gate)
        {
            if (!_disposed)
            {
                _disposed = true;
                foreach (var lane in Owned.Select(slice => slice.Mailing.Lane).Distinct().ToList())
                {
                    lane.Changed();
                }

                ForgetIfGone();
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>True when its slices may be taken over.</summary>
    public bool IsOver(DateTimeOffset now) => _disposed || _leaseUntil <= now;

    public void Tell(ControlChange change) => _changes[change.Mailing] = change;

    public void ForgetIfGone()
    {
        if (_disposed && Owned.Count == 0)
        {
            store.Sessions.Remove(this);
        }
    }

    private DateTimeOffset Enter(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_disposed, this);
        return store.Enter();
    }
}
