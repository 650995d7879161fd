namespace SuperMail.Dispatch.Testing;

/// <summary>A clock that stands still until the test moves it. Timers, <c>Task.Delay</c> and cancellation by this
/// <see cref="TimeProvider"/> fire inside <see cref="Advance"/>, on its thread, in the order in which they are due.</summary>
/// <example><code>
/// var clock = new FakeClock();
/// Task retry = CodeUnderTest.RunAsync(clock);
/// await clock.WaitForTimersAsync(1);       // it has armed its timer
/// clock.Advance(TimeSpan.FromMinutes(5));  // and now it fires
/// await retry;
/// </code></example>
public sealed class FakeClock : TimeProvider
{
    /// <summary>Where a clock starts when the test does not say.</summary>
    public static readonly DateTimeOffset DefaultStart = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Lock _lock = new();
    private readonly SignalBoard _signals = new();
    private readonly SortedSet<FakeTimer> _armed = new(FakeTimer.ByDue);
    private readonly TimeZoneInfo _localTimeZone;
    private DateTimeOffset _start;
    private long _elapsed;
    private long _sequence;

    /// <summary>A clock that shows <see cref="DefaultStart"/>, in UTC.</summary>
    public FakeClock()
        : this(DefaultStart)
    {
    }

    /// <summary>A clock that shows this time.</summary>
    /// <param name="start">The time at the start.</param>
    /// <param name="localTimeZone">The local time zone; UTC when null.</param>
    public FakeClock(DateTimeOffset start, TimeZoneInfo? localTimeZone = null)
    {
        _start = start.ToUniversalTime();
        _localTimeZone = localTimeZone ?? TimeZoneInfo.Utc;
    }

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => _localTimeZone;

    /// <summary>One tick is 100 ns, as in <see cref="TimeSpan"/>.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Timers that are armed now.</summary>
    public int PendingTimers
    {
        get
        {
            lock (_lock)
            {
                return _armed.Count;
            }
        }
    }

    /// <summary>How far it is to the next timer; null when none is armed.</summary>
    public TimeSpan? NextDue
    {
        get
        {
            lock (_lock)
            {
                return _armed.Min is { } next ? TimeSpan.FromTicks(next.Due - _elapsed) : null;
            }
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _start.AddTicks(_elapsed);
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return _elapsed;
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets time pass. Every timer that falls due on the way fires with the clock at its own due time, and
    /// those that its callback arms fire too if they fall due before the end.</summary>
    /// <param name="by">How long, 0 or more.</param>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        long target;
        lock (_lock)
        {
            target = _elapsed + by.Ticks;
        }

        while (TakeDue(target) is { } timer)
        {
            timer.Fire();
        }
    }

    /// <summary>Lets time pass until the clock shows this; timers fire as in <see cref="Advance"/>.</summary>
    /// <param name="value">The time to reach, not before now.</param>
    public void SetUtcNow(DateTimeOffset value) => Advance(value - GetUtcNow());

    /// <summary>Sets the wall clock forward or back without time passing, as an operator or NTP does: timers and
    /// <see cref="GetTimestamp"/> do not notice.</summary>
    /// <param name="by">How far; negative is back.</param>
    public void StepWallClock(TimeSpan by)
    {
        lock (_lock)
        {
            _start += by;
        }
    }

    /// <summary>Completes when at least this many timers are armed, so that the test does not advance before the code
    /// under test has begun to wait.</summary>
    /// <param name="count">How many.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitForTimersAsync(int count = 1, CancellationToken cancellationToken = default) =>
        _signals.WaitAsync(() => PendingTimers >= count, cancellationToken);

    /// <summary>Completes when a timer is armed that is due exactly this far from now; for code that holds other
    /// timers as well.</summary>
    /// <param name="dueIn">How far.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitForTimerDueInAsync(TimeSpan dueIn, CancellationToken cancellationToken = default) =>
        _signals.WaitAsync(() => IsDueIn(dueIn), cancellationToken);

    /// <summary>Completes when a timer is armed that is due at most this far from now: for a test that lets short waits
    /// pass and leaves long time-outs alone.</summary>
    /// <param name="span">How far at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitForTimerDueWithinAsync(TimeSpan span, CancellationToken cancellationToken = default) =>
        _signals.WaitAsync(() => NextDue <= span, cancellationToken);

    internal bool Arm(FakeTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            if (timer.IsDisposed)
            {
                return false;
            }

            _armed.Remove(timer);
            timer.Period = period;
            if (dueTime > TimeSpan.Zero)
            {
                Place(timer, _elapsed + dueTime.Ticks);
            }
            else if (dueTime == TimeSpan.Zero)
            {
                // Due at once. Like the system's timer, never on the thread that arms it.
                PlaceNextPeriod(timer, _elapsed);
                ThreadPool.UnsafeQueueUserWorkItem(static t => t.Fire(), timer, preferLocal: false);
            }
        }

        _signals.Pulse();
        return true;
    }

    internal void Disarm(FakeTimer timer)
    {
        lock (_lock)
        {
            _armed.Remove(timer);
            timer.IsDisposed = true;
        }
    }

    /// <summary>The next timer due up to the target, with the clock set to its time; or null, with the clock set to
    /// the target. A callback may advance the clock itself: it never runs backwards.</summary>
    private FakeTimer? TakeDue(long target)
    {
        lock (_lock)
        {
            if (_armed.Min is not { } next || next.Due > target)
            {
                _elapsed = Math.Max(_elapsed, target);
                return null;
            }

            _armed.Remove(next);
            _elapsed = Math.Max(_elapsed, next.Due);
            PlaceNextPeriod(next, next.Due);
            return next;
        }
    }

    private void PlaceNextPeriod(FakeTimer timer, long from)
    {
        if (timer.Period > TimeSpan.Zero)
        {
            Place(timer, from + timer.Period.Ticks);
        }
    }

    private void Place(FakeTimer timer, long due)
    {
        timer.Due = due;
        timer.Sequence = ++_sequence;
        _armed.Add(timer);
    }

    private bool IsDueIn(TimeSpan dueIn)
    {
        lock (_lock)
        {
            return _armed.Any(t => t.Due - _elapsed == dueIn.Ticks);
        }
    }
}
