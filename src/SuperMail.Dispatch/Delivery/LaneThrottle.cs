using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Delivery;

/// <summary>
/// Back-off of a lane: a relay or gateway that asks to be left in peace gets half the connections and a pause that
/// doubles; what it accepts afterwards, and the time that passes without another word, wins them back one by one. So with
/// the rate, where one can be told. Connections that bring nothing wait longer and longer.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="threads">Connections at once by the settings.</param>
/// <param name="rate">Messages a minute that leave now; 0 = too few to tell, or not held to a rate.</param>
/// <param name="limit">Told how many may be open at once.</param>
/// <param name="slowedDown">Told of a slow-down: connections, pause.</param>
internal sealed class LaneThrottle(TimeProvider time, Func<int> threads, Func<int> rate, Action<int> limit, Action<int, TimeSpan> slowedDown)
{
    private const int MessagesToRecover = 100;

    // At the least rate a hundred messages take a quarter of an hour: a relay that asks once in fifty would keep it for good.
    private static readonly TimeSpan TimeToRecover = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    // What another asks for may be absurd; an hour later it is asked again.
    private static readonly TimeSpan LongestAsked = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private DateTimeOffset _notBefore = DateTimeOffset.MinValue;
    private TimeSpan _pause = FirstPause;
    private int _connections = int.MaxValue;
    private int _acceptedSince;
    private DateTimeOffset _quietSince;
    private bool _eased = true;
    private DateTimeOffset? _slowedSince;
    private string? _reason;
    private long _slowDowns;

    private readonly LearntRate _rate = new();

    /// <summary>Messages a minute that the relay is held to because it asked; 0 = no limit.</summary>
    public int MessagesPerMinute => _rate.PerMinute;

    /// <summary>What is allowed now, within these settings.</summary>
    public LanePace Pace(int messagesPerMinute)
    {
        lock (_lock)
        {
            return new LanePace
            {
                Connections = Math.Min(_connections, threads()),
                MessagesPerMinute = messagesPerMinute,
                SlowedSince = _slowedSince,
                Reason = _reason,
                SlowDowns = _slowDowns,
            };
        }
    }

    /// <summary>True while fewer connections than the settings allow may be open.</summary>
    public bool IsSlowed => !Volatile.Read(ref _eased);

    /// <summary>True while nothing may be opened or offered.</summary>
    public bool MustWait
    {
        get
        {
            lock (_lock)
            {
                return time.GetUtcNow() < _notBefore;
            }
        }
    }

    /// <summary>The relay asked to be left in peace, perhaps for a time of its own. Several replies of one burst count once.</summary>
    /// <param name="reason">Its words; addresses are masked here.</param>
    /// <param name="asked">The time of its own.</param>
    public void SlowDown(string reason, TimeSpan? asked = null)
    {
        var masked = AddressMask.Mask(reason);
        var atLeast = asked is { } wished ? TimeSpan.FromTicks(Math.Clamp(wished.Ticks, 0, LongestAsked.Ticks)) : TimeSpan.Zero;
        int connections;
        TimeSpan pause;
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (now < _notBefore)
            {
                _notBefore = now + atLeast > _notBefore ? now + atLeast : _notBefore;
                return;
            }

            connections = _connections = Math.Max(1, Math.Min(_connections, threads()) / 2);
            pause = Back(now, atLeast);
            _rate.Halve(rate());
            (_slowedSince, _reason) = (_slowedSince ?? now, masked);
            _slowDowns++;
            Volatile.Write(ref _eased, false);
        }

        DispatchMeter.SlowDowns.Add(1);
        slowedDown(connections, pause);
        limit(connections);
    }

    /// <summary>A connection ended without a single message taken.</summary>
    public void Fruitless()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (now >= _notBefore)
            {
                Back(now, TimeSpan.Zero);
                Volatile.Write(ref _eased, false);
            }
        }
    }

    /// <summary>A message was taken.</summary>
    public void Accepted()
    {
        if (Volatile.Read(ref _eased))
        {
            return;
        }

        int connections;
        lock (_lock)
        {
            _pause = FirstPause;
            var isSlow = _connections != int.MaxValue || _rate.PerMinute != 0;
            var now = time.GetUtcNow();
            if (++_acceptedSince < MessagesToRecover && now - _quietSince < TimeToRecover && isSlow)
            {
                return;
            }

            (_acceptedSince, _quietSince) = (0, now);
            _rate.Recover();
            connections = _connections >= threads() - 1 ? int.MaxValue : _connections + 1;
            _connections = connections;
            if (connections == int.MaxValue && _rate.PerMinute == 0)
            {
                (_slowedSince, _reason) = (null, null);
                Volatile.Write(ref _eased, true);
            }
        }

        limit(connections);
    }

    /// <summary>Waits until the next connection may be opened.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan wait;
        lock (_lock)
        {
            wait = _notBefore - time.GetUtcNow();
        }

        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancellationToken) : Task.CompletedTask;
    }

    private TimeSpan Back(DateTimeOffset now, TimeSpan atLeast)
    {
        var pause = _pause > atLeast ? _pause : atLeast;
        _notBefore = now + pause;
        _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        (_acceptedSince, _quietSince) = (0, _notBefore);
        return pause;
    }
}
