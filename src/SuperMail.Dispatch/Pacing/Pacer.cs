namespace SuperMail.Dispatch.Pacing;

/// <summary>
/// So many a minute or a second, evenly spaced: the generic cell rate algorithm (ITU-T I.371 annex A) over an injected clock.
/// A token bucket would let a whole minute's worth go at once.
/// </summary>
internal sealed class Pacer(TimeProvider time)
{
    // A timer wakes late by some milliseconds; what was missed meanwhile may be made up for, no more.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(25);

    private readonly Lock _lock = new();
    private DateTimeOffset _next = DateTimeOffset.MinValue;

    /// <summary>Waits for the next message's turn; complete at once without a limit (0).</summary>
    public ValueTask WaitAsync(int messagesPerMinute, CancellationToken cancellationToken) =>
        messagesPerMinute <= 0 ? ValueTask.CompletedTask : WaitAsync(TimeSpan.FromMinutes(1) / messagesPerMinute, cancellationToken);

    /// <summary>Waits for the turn of what takes this long at the allowed rate: what follows waits until it has passed.</summary>
    public ValueTask WaitAsync(TimeSpan share, CancellationToken cancellationToken)
    {
        TimeSpan delay;
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var turn = _next > now - Tolerance ? _next : now - Tolerance;
            _next = turn + share;
            delay = turn - now;
        }

        return delay <= TimeSpan.Zero
            ? ValueTask.CompletedTask
            : new ValueTask(Task.Delay(delay, time, cancellationToken));
    }
}
