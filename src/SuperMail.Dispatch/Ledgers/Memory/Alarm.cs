namespace SuperMail.Dispatch.Ledgers;

/// <summary>One timer for everything that becomes due in the ledger. Under the ledger's lock, but for the ringing itself.</summary>
internal sealed class Alarm : IDisposable
{
    // A timer counts running time, due times are by the wall clock: after the machine slept, or its clock was set
    // forward, this is the most that we are late.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly ITimer _timer;
    private DateTimeOffset? _at;

    public Alarm(TimeProvider time, Action ring)
    {
        // The caller's ambient values must not live as long as the ledger.
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(_ => ring(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public void RingBy(DateTimeOffset? at, DateTimeOffset now)
    {
        if (at is { } moment && !(_at <= moment))
        {
            Set(moment, now);
        }
    }

    public void Set(DateTimeOffset? at, DateTimeOffset now)
    {
        _at = at;
        var delay = Timeout.InfiniteTimeSpan;
        if (at is { } moment)
        {
            // Rounded up: a timer that rings early finds nothing due.
            var left = Math.Clamp((moment - now).TotalMilliseconds, 0, Longest.TotalMilliseconds);
            delay = TimeSpan.FromMilliseconds(Math.Ceiling(left));
        }

        _timer.Change(delay, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();
}
