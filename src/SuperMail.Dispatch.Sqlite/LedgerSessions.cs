namespace SuperMail.Dispatch.Sqlite;

/// <summary>
/// The sessions of this process and their leases. In memory only: the file has one process at a time, so that every owner
/// that is not here has ended, and its slices can be taken over at once. Safe for several threads.
/// </summary>
internal sealed class LedgerSessions(TimeProvider time, TimeSpan lease)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _open = new(StringComparer.Ordinal);

    public TimeSpan Lease => lease;

    public void Open(string instance)
    {
        lock (_gate)
        {
            _open.Add(instance, new Entry { LeaseUntil = time.GetUtcNow() + lease });
        }
    }

    public void Close(string instance)
    {
        lock (_gate)
        {
            _open.Remove(instance);
        }
    }

    /// <summary>Renews a lease and takes what was told to the session since.</summary>
    public IReadOnlyList<ControlChange> Beat(string instance)
    {
        lock (_gate)
        {
            var entry = _open[instance];
            entry.LeaseUntil = time.GetUtcNow() + lease;
            List<ControlChange> changes = [.. entry.Changes.Values];
            entry.Changes.Clear();
            return changes;
        }
    }

    public bool IsAlive(string? instance)
    {
        lock (_gate)
        {
            return instance is not null && _open.TryGetValue(instance, out var entry) && entry.LeaseUntil > time.GetUtcNow();
        }
    }

    public void Tell(ControlChange change)
    {
        lock (_gate)
        {
            foreach (var entry in _open.Values)
            {
                entry.Changes[change.Mailing] = change;
            }
        }
    }

    private sealed class Entry
    {
        public DateTimeOffset LeaseUntil { get; set; }

        /// <summary>The latest of each mailing.</summary>
        public Dictionary<MailingId, ControlChange> Changes { get; } = [];
    }
}
