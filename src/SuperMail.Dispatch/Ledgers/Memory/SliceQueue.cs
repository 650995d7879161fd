namespace SuperMail.Dispatch.Ledgers;

/// <summary>Which slices of a mailing can be claimed and in what order: due children first, then the rest in order.</summary>
internal sealed class SliceQueue
{
    private readonly PriorityQueue<MemorySlice, (DateTimeOffset Due, int Number)> _waiting = new();
    private readonly PriorityQueue<MemorySlice, (DateTimeOffset Due, int Number)> _children = new();
    private readonly PriorityQueue<MemorySlice, int> _roots = new();

    /// <summary>Recipients of the slices that can be claimed now.</summary>
    public long Recipients { get; private set; }

    public bool HasReady => _children.Count > 0 || _roots.Count > 0;

    /// <summary>When the next waiting slice is due, as far as <see cref="Promote"/> has looked.</summary>
    public DateTimeOffset? NextDue => _waiting.TryPeek(out _, out var next) ? next.Due : null;

    public void Add(MemorySlice slice, DateTimeOffset now)
    {
        if (slice.Parent is not null && slice.Due > now)
        {
            _waiting.Enqueue(slice, (slice.Due, slice.Number));
            return;
        }

        Recipients += Open(slice);
        if (slice.Parent is null)
        {
            _roots.Enqueue(slice, slice.Number);
        }
        else
        {
            _children.Enqueue(slice, (slice.Due, slice.Number));
        }
    }

    /// <summary>Makes ready what is due by now.</summary>
    public bool Promote(DateTimeOffset now)
    {
        var found = false;
        while (_waiting.TryPeek(out var slice, out var key) && key.Due <= now)
        {
            _waiting.Dequeue();
            _children.Enqueue(slice, key);
            Recipients += Open(slice);
            found = true;
        }

        return found;
    }

    public bool TryTake(out MemorySlice? slice)
    {
        if (!_children.TryDequeue(out slice, out _) && !_roots.TryDequeue(out slice, out _))
        {
            return false;
        }

        Recipients -= Open(slice);
        return true;
    }

    public void Clear()
    {
        _waiting.Clear();
        _children.Clear();
        _roots.Clear();
        Recipients = 0;
    }

    // Unchanged while the slice is queued: it settles only under a claim.
    private static int Open(MemorySlice slice) => slice.Count - slice.SettledThrough;
}
