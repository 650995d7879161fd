namespace SuperMail.Dispatch.Sqlite;

/// <summary>A version for each lane, by which those who wait for work see that something changed. Safe for several threads.</summary>
internal sealed class LaneNews
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);
    private bool _closed;

    /// <summary>Waits until the version is another one than was seen.</summary>
    public async ValueTask<long> WaitAsync(string lane, long seen, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                // Looked at and waited for in one step: a change between the two would never wake anybody.
                ObjectDisposedException.ThrowIf(_closed, typeof(SqliteLedger));
                var found = Find(lane);
                if (found.Version != seen)
                {
                    return found.Version;
                }

                changed = found.Wait();
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Changed(string lane)
    {
        lock (_gate)
        {
            Find(lane).Change();
        }
    }

    public void AllChanged()
    {
        lock (_gate)
        {
            foreach (var lane in _lanes.Values)
            {
                lane.Change();
            }
        }
    }

    /// <summary>Wakes everybody: they look again and find the ledger closed.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var lane in _lanes.Values)
            {
                lane.Change();
            }
        }
    }

    private Lane Find(string name)
    {
        if (!_lanes.TryGetValue(name, out var lane))
        {
            _lanes.Add(name, lane = new Lane());
        }

        return lane;
    }

    private sealed class Lane
    {
        private TaskCompletionSource? _waiting;

        /// <summary>From 1, so that a first wait (seen 0) returns at once.</summary>
        public long Version { get; private set; } = 1;

        public Task Wait() => (_waiting ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public void Change()
        {
            Version++;
            _waiting?.SetResult();
            _waiting = null;
        }
    }
}
