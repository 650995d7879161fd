namespace SuperMail.Dispatch.Partitioning;

/// <summary>
/// Messages a minute, evenly spaced: the generic cell rate algorithm (ITU-T I.371 annex A) over an injected clock.
/// A token bucket would let a whole minute's worth go at once.
/// </summary>
internal sealed class Pacer(TimeProvider time)
{
    // A timer wakes late by some milliseconds; what was missed meanwhile may be made up for, no more.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(25);

    private readonly Lock _lock = new();
    private DateTimeOffset _next = DateTimeOffset.MinValue;

    /// <summary>Waits for the next message's turn; complete at once without a limit (0).</summary>
    public ValueTask WaitAsync(int messagesPerMinute, CancellationToken cancellationToken)
    {
        if (messagesPerMinute <= 0)
        {
            return ValueTask.CompletedTask;
        }

        TimeSpan delay;
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var turn = _next > now - Tolerance ? _next : now - Tolerance;
            _next = turn + TimeSpan.FromMinutes(1) / messagesPerMinute;
            delay = turn - now;
        }

        return delay <= TimeSpan.Zero
            ? ValueTask.CompletedTask
            : new ValueTask(Task.Delay(delay, time, cancellationToken));
    }
}
