namespace SuperMail.Dispatch.Sqlite;

/// <summary>One timer for the next moment at which time alone makes something ready. Safe for several threads.</summary>
internal sealed class DueAlarm : IDisposable
{
    // A timer counts running time, due times are by the wall clock: after the machine slept, or its clock was set
    // forward, this is the most that we are late.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Func<DateTimeOffset, DateTimeOffset?> _ring;
    private readonly ITimer _timer;
    private DateTimeOffset? _next;
    private bool _disposed;

    /// <param name="time">The ledger's clock.</param>
    /// <param name="ring">Tells whom it concerns that a moment has come, and says which is the next one after it.</param>
    public DueAlarm(TimeProvider time, Func<DateTimeOffset, DateTimeOffset?> ring)
    {
        _time = time;
        _ring = ring;

        // The caller's ambient values must not live as long as the ledger.
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(_ => Ring(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Rings at this moment, or at an earlier one that is set already.</summary>
    public void RingBy(DateTimeOffset? moment)
    {
        lock (_gate)
        {
            if (!_disposed && moment is { } wanted && !(_next <= wanted))
            {
                _next = wanted;
                Arm();
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _timer.Dispose();
        }
    }

    private void Ring()
    {
        DateTimeOffset now;
        lock (_gate)
        {
            now = _time.GetUtcNow();
            if (_disposed || _next is not { } next)
            {
                return;
            }

            if (next > now)
            {
                Arm();
                return;
            }

            _next = null;
        }

        // Without the lock: it reads the ledger. A moment that is set meanwhile is kept, the earlier one holds.
        RingBy(_ring(now));
    }

    private void Arm()
    {
        // Rounded up: a timer that rings early finds nothing due.
        var left = Math.Clamp((_next!.Value - _time.GetUtcNow()).TotalMilliseconds, 0, Longest.TotalMilliseconds);
        _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(left)), Timeout.InfiniteTimeSpan);
    }
}
