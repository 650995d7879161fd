namespace SuperMail.Dispatch.Testing;

/// <summary>A timer of a <see cref="FakeClock"/>, whose lock guards the fields below.</summary>
internal sealed class FakeTimer(FakeClock clock, TimerCallback callback, object? state) : ITimer
{
    // The callback runs in the context of who made the timer, as with the system's timer.
    private readonly ExecutionContext? _context = ExecutionContext.Capture();

    /// <summary>Timers due at the same time fire in the order in which they were armed.</summary>
    public static IComparer<FakeTimer> ByDue { get; } = Comparer<FakeTimer>.Create(static (a, b) =>
        a.Due != b.Due ? a.Due.CompareTo(b.Due) : a.Sequence.CompareTo(b.Sequence));

    public long Due { get; set; }

    public long Sequence { get; set; }

    /// <summary>Zero or infinite for a timer that fires once.</summary>
    public TimeSpan Period { get; set; }

    public bool IsDisposed { get; set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        RequireValid(dueTime, nameof(dueTime));
        RequireValid(period, nameof(period));
        return clock.Arm(this, dueTime, period);
    }

    public void Fire()
    {
        if (_context is null)
        {
            callback(state);
        }
        else
        {
            ExecutionContext.Run(_context, static t => ((FakeTimer)t!).Call(), this);
        }
    }

    public void Dispose() => clock.Disarm(this);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private static void RequireValid(TimeSpan time, string name)
    {
        if (time != Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero, name);
        }
    }

    private void Call() => callback(state);
}
