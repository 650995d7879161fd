using SuperMail.Dispatch.Partitioning;

namespace SuperMail.Dispatch.Delivery;

/// <summary>How a turn gets on: says once when its end is so near that the connection after it should be opened.</summary>
internal sealed class TurnPace(SpareConnection spare, Turn turn, TimeProvider time)
{
    private long _start;
    private int _reported;
    private int _left = turn.Quota;
    private int _isNear;

    /// <summary>A connection begins to carry.</summary>
    public void Begin()
    {
        _start = time.GetTimestamp();
        Volatile.Write(ref _reported, 0);
        if (spare.LastTurn <= spare.LeadTime)
        {
            // A turn of one or two flights ends with its first verdicts: too late to begin with what takes longer than it.
            Near();
        }
    }

    /// <summary>A message has its verdict. Perhaps by several threads: what is a little off is only a guess that is off.</summary>
    public void Report()
    {
        var reported = Interlocked.Increment(ref _reported);
        var left = Interlocked.Decrement(ref _left);
        if (Volatile.Read(ref _isNear) == 0
            && left * (time.GetElapsedTime(_start) / reported) <= spare.LeadTime)
        {
            Near();
        }
    }

    /// <summary>The connection has carried what it will.</summary>
    public void End()
    {
        if (Interlocked.Exchange(ref _reported, 0) > 0)
        {
            spare.LastTurn = time.GetElapsedTime(_start);
        }

        if (Interlocked.Exchange(ref _isNear, 0) == 1)
        {
            spare.Passed();
        }
    }

    private void Near()
    {
        if (Interlocked.Exchange(ref _isNear, 1) == 0)
        {
            spare.Nearing();
        }
    }
}
