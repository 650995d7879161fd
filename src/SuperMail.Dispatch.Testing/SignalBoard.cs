namespace SuperMail.Dispatch.Testing;

/// <summary>Lets a test wait until something it can count has come true, without polling and without sleeping.</summary>
internal sealed class SignalBoard
{
    private readonly Lock _lock = new();
    private readonly List<(Func<bool> Condition, TaskCompletionSource Done)> _waiting = [];
    private int _waiters;

    /// <summary>Completes when the condition holds. It is asked under a lock after each <see cref="Pulse"/> and
    /// must only read counters.</summary>
    public async Task WaitAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var entry = (condition, done);
        lock (_lock)
        {
            _waiting.Add(entry);
        }

        // The waiter announces itself, then looks; Pulse's caller changes, then looks for waiters. With a full fence
        // on both sides one of the two sees the other.
        Interlocked.Increment(ref _waiters);
        try
        {
            if (condition())
            {
                return;
            }

            await done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _waiters);
            lock (_lock)
            {
                _waiting.Remove(entry);
            }
        }
    }

    /// <summary>Something has changed. Costs a fence when nobody waits.</summary>
    public void Pulse()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _waiters) == 0)
        {
            return;
        }

        lock (_lock)
        {
            foreach (var (condition, done) in _waiting)
            {
                if (condition())
                {
                    done.TrySetResult();
                }
            }
        }
    }
}
