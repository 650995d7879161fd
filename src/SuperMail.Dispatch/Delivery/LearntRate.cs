namespace SuperMail.Dispatch.Delivery;

/// <summary>
/// The rate that a relay is held to after it asked to be left in peace: half of what it got, down to one message in ten
/// seconds, won back by tenths. Additive increase, multiplicative decrease, as in RFC 5681 §3.1. Not safe for several
/// threads, save for reading <see cref="PerMinute"/>.
/// </summary>
internal sealed class LearntRate
{
    public const int Least = 6;

    private int _perMinute;
    private int _whole;

    /// <summary>Messages a minute at most; 0 = no limit.</summary>
    public int PerMinute => Volatile.Read(ref _perMinute);

    /// <param name="present">What it got, messages a minute; 0 = too little to tell.</param>
    public void Halve(int present)
    {
        var held = PerMinute;
        var from = held == 0 ? present : present == 0 ? held : Math.Min(held, present);
        if (from == 0)
        {
            return;
        }

        _whole = Math.Max(_whole, from);
        Volatile.Write(ref _perMinute, Math.Max(Least, from / 2));
    }

    /// <summary>A tenth of what it got before the first slow-down comes back. At the whole of it there is no limit any more.</summary>
    public void Recover()
    {
        var next = PerMinute + Math.Max(1, _whole / 10);
        if (PerMinute == 0 || next >= _whole)
        {
            (next, _whole) = (0, 0);
        }

        Volatile.Write(ref _perMinute, next);
    }
}
