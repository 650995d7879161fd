using System.Collections.Concurrent;

namespace SuperMail.Dispatch.Smtp;

/// <summary>What was learnt about each end point, kept over connections and shared by all of a lane.</summary>
internal sealed class RemoteMemories(TimeProvider time)
{
    private readonly ConcurrentDictionary<(string Host, int Port), RemoteMemory> _known = new();

    public RemoteMemory Of(string host, int port) =>
        _known.GetOrAdd((host.ToUpperInvariant(), port), static (_, time) => new RemoteMemory(time), time);
}

/// <summary>What was learnt about one end point. Everything but the login is forgotten after an hour, as relays get mended.</summary>
internal sealed class RemoteMemory(TimeProvider time)
{
    private static readonly TimeSpan s_keep = TimeSpan.FromHours(1);

    // Ticks of UTC until which it holds; 0 = never learnt.
    private long _noPipelining;
    private long _noChunking;
    private long _inClear;
    private long _cap;
    private int _capValue;
    private readonly Lock _guessing = new();
    private long _guess;
    private int _guessValue;
    private int _warned;
    private readonly UnfitBanners _notDeep = new(time, s_keep);

    /// <summary>One login at a time until one has succeeded.</summary>
    public LoginGate Logins { get; } = new();

    public bool AllowsPipelining => !Holds(ref _noPipelining);

    public bool AllowsChunking => !Holds(ref _noChunking);

    /// <summary>False when the server that greets so has failed the probe for deep flights, or its replies in one did not stand as they must.</summary>
    public bool AllowsDeep(string banner) => !_notDeep.Has(banner);

    /// <summary>Opportunistic TLS failed in its handshake: go on in clear (RFC 7435 §3).</summary>
    public bool StaysInClear => Holds(ref _inClear);

    /// <summary>How many messages the relay takes on one connection; int.MaxValue = no limit known.</summary>
    public int MessageCap => Holds(ref _cap) ? Volatile.Read(ref _capValue) : int.MaxValue;

    /// <summary>True the first time, so that it is said once.</summary>
    public bool ForbidPipelining() => Learn(ref _noPipelining);

    public bool ForbidDeep(string banner) => _notDeep.Add(banner);

    public bool ForbidChunking() => Learn(ref _noChunking);

    public bool StayInClear() => Learn(ref _inClear);

    /// <summary>
    /// A connection was closed after so many accepted messages. One may be an accident: two running that end at the same
    /// number are the relay's rule. True when a cap was learnt that was not known.
    /// </summary>
    public bool GuessCap(int messages)
    {
        lock (_guessing)
        {
            if (!Holds(ref _guess) || _guessValue != messages)
            {
                (_guess, _guessValue) = (Until(), messages);
                return false;
            }

            var news = Interlocked.Exchange(ref _capValue, messages) != messages;
            return Learn(ref _cap) || news;
        }
    }

    /// <summary>A connection took so many messages and was not closed: what was guessed of fewer is refuted.</summary>
    public void RefuteCap(int messages)
    {
        if (Volatile.Read(ref _guess) == 0)
        {
            return;
        }

        lock (_guessing)
        {
            _guess = messages > _guessValue ? 0 : _guess;
        }
    }

    /// <summary>True once: a certificate that is not trusted is worth one warning, not one a connection.</summary>
    public bool FirstCertificateFault() => Interlocked.Exchange(ref _warned, 1) == 0;

    private bool Holds(ref long until)
    {
        var ticks = Volatile.Read(ref until);
        return ticks != 0 && time.GetUtcNow().UtcTicks < ticks;
    }

    private bool Learn(ref long until)
    {
        var news = !Holds(ref until);
        Volatile.Write(ref until, Until());
        return news;
    }

    private long Until() => (time.GetUtcNow() + s_keep).UtcTicks;
}
