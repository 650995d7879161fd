namespace SuperMail.Dispatch.Reports;

/// <summary>Recipients per second over a sliding window of ten seconds, in slots of one second.</summary>
internal sealed class RateMeter(TimeProvider time)
{
    private const int Slots = 10;

    private readonly Lock _lock = new();
    private readonly long[] _counts = new long[Slots];
    private readonly long _start = time.GetTimestamp();
    private long _second;

    public void Add(long count)
    {
        lock (_lock)
        {
            Turn();
            _counts[_second % Slots] += count;
        }
    }

    public double PerSecond()
    {
        lock (_lock)
        {
            Turn();
            var elapsed = time.GetElapsedTime(_start).TotalSeconds;
            var span = Math.Min(elapsed, Slots - 1 + (elapsed % 1));
            return span <= 0 ? 0 : _counts.Sum() / Math.Max(span, 0.001);
        }
    }

    private void Turn()
    {
        var now = (long)time.GetElapsedTime(_start).TotalSeconds;
        for (var s = Math.Max(_second + 1, now - Slots + 1); s <= now; s++)
        {
            _counts[s % Slots] = 0;
        }

        _second = now;
    }
}
