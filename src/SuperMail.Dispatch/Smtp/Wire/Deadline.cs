namespace SuperMail.Dispatch.Smtp;

/// <summary>
/// The one timer of a connection. Moving a deadline further away only writes a field: the timer, once it fires too
/// early, sees that and waits for the rest. So a reply costs no change of a timer.
/// </summary>
internal sealed class Deadline : IDisposable
{
    private readonly TimeProvider _time;
    private readonly Action _expired;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private long _due;
    private long _armedFor;

    public Deadline(TimeProvider time, Action expired)
    {
        _time = time;
        _expired = expired;
        _timer = time.CreateTimer(
            static state => ((Deadline)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>From now on this long.</summary>
    public void Set(TimeSpan timeout)
    {
        var due = _time.GetTimestamp() + (long)(timeout.TotalSeconds * _time.TimestampFrequency);
        lock (_lock)
        {
            _due = due;
            if (_armedFor == 0 || due < _armedFor)
            {
                Arm(due, timeout);
            }
        }
    }

    /// <summary>Nothing is waited for.</summary>
    public void Clear() => Volatile.Write(ref _due, 0);

    public void Dispose() => _timer.Dispose();

    private void OnTimer()
    {
        lock (_lock)
        {
            _armedFor = 0;
            if (_due == 0)
            {
                return;
            }

            var left = _due - _time.GetTimestamp();
            if (left > 0)
            {
                Arm(_due, TimeSpan.FromSeconds((double)left / _time.TimestampFrequency));
                return;
            }

            _due = 0;
        }

        _expired();
    }

    private void Arm(long due, TimeSpan wait)
    {
        _armedFor = due;
        // Timers count whole milliseconds: one that fires too early would spin.
        _timer.Change(wait < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : wait, Timeout.InfiniteTimeSpan);
    }
}
