namespace SuperMail.Dispatch.Ledgers;

/// <summary>A lane's unfinished mailings, and the version by which waiters see that something changed. Under the ledger's lock.</summary>
internal sealed class LaneWork
{
    private readonly SortedDictionary<long, MemoryMailing> _open = [];
    private TaskCompletionSource? _waiting;

    /// <summary>From 1, so that a first wait (seen 0) returns at once and nothing from before it is missed.</summary>
    public long Version { get; private set; } = 1;

    /// <summary>Oldest first.</summary>
    public IEnumerable<MemoryMailing> Open => _open.Values;

    public void Add(MemoryMailing mailing) => _open[mailing.Order] = mailing;

    public void Remove(MemoryMailing mailing) => _open.Remove(mailing.Order);

    public Task Wait()
    {
        _waiting ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
        return _waiting.Task;
    }

    public void Changed()
    {
        Version++;
        _waiting?.TrySetResult();
        _waiting = null;
    }

    public void End(Exception fault)
    {
        _waiting?.TrySetException(fault);
        _waiting = null;
    }

    /// <summary>Makes ready what has become due, and says when to look again.</summary>
    public DateTimeOffset? Look(DateTimeOffset now)
    {
        DateTimeOffset? next = null;
        foreach (var mailing in _open.Values)
        {
            mailing.Look(now);
            next = Earlier(next, mailing.NextMoment(now));
        }

        return next;
    }

    public static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null || other < one ? other ?? one : one;
}
