using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Delivery;

/// <summary>
/// Back-off of a lane: a relay that asks to be left in peace gets half the connections and a pause that doubles;
/// what it accepts afterwards wins them back one by one. Connections that bring nothing wait longer and longer.
/// </summary>
internal sealed class LaneThrottle(TimeProvider time, ILogger log, Func<int> threads, Action<int> limit)
{
    private const int MessagesToRecover = 100;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private DateTimeOffset _notBefore = DateTimeOffset.MinValue;
    private TimeSpan _pause = FirstPause;
    private int _connections = int.MaxValue;
    private int _acceptedSince;
    private bool _eased = true;

    /// <summary>True while fewer connections than the settings allow may be open.</summary>
    public bool IsSlowed => !Volatile.Read(ref _eased);

    /// <summary>The relay asked to be left in peace. Several replies of one burst count once.</summary>
    public void SlowDown()
    {
        int connections;
        TimeSpan pause;
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (now < _notBefore)
            {
                return;
            }

            connections = _connections = Math.Max(1, Math.Min(_connections, threads()) / 2);
            pause = Back(now);
            Volatile.Write(ref _eased, false);
        }

        DispatchMeter.SlowDowns.Add(1);
        log.SlowedDown(connections, pause);
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
                Back(now);
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
            if (++_acceptedSince < MessagesToRecover && _connections != int.MaxValue)
            {
                return;
            }

            _acceptedSince = 0;
            connections = _connections >= threads() - 1 ? int.MaxValue : _connections + 1;
            _connections = connections;
            Volatile.Write(ref _eased, connections == int.MaxValue);
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

    private TimeSpan Back(DateTimeOffset now)
    {
        var pause = _pause;
        _notBefore = now + pause;
        _pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        _acceptedSince = 0;
        return pause;
    }
}
