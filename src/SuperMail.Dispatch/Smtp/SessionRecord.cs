using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Smtp;

/// <summary>Whether a connection can take another message, and whether it can be left politely.</summary>
internal enum SessionState
{
    /// <summary>Yes and yes.</summary>
    Fine = 0,

    /// <summary>No more messages; QUIT is in order.</summary>
    Over,

    /// <summary>Nothing may be written any more.</summary>
    Broken,
}

/// <summary>How one connection stands: what it took, what it refused, what is owed next.</summary>
internal sealed class SessionRecord(SessionTerms terms, RemoteMemory memory, string relay, ILogger logger)
{
    // Postfix delays from the 11th error on and hangs up at the 21st; a refused recipient with its DATA makes two.
    private const int MaxErrors = 8;

    private readonly int _cap = memory.MessageCap;

    public SessionState State { get; private set; }

    /// <summary>Messages that the relay took.</summary>
    public int Accepted { get; private set; }

    /// <summary>4xx and 5xx replies since the last accepted message.</summary>
    public int Errors { get; private set; }

    /// <summary>The next envelope starts with RSET.</summary>
    public bool NeedsReset { get; set; }

    /// <summary>DATA was accepted with no recipient: only the lone dot leads out of it.</summary>
    public bool OwesLoneDot { get; set; }

    /// <summary>The connection stood idle before the present group: if the relay has gone, it tired of waiting.</summary>
    public bool WasIdle { get; set; }

    /// <summary>Another message may be offered.</summary>
    public bool MayOpen => MayOffer(behind: 0);

    /// <summary>Another message may be offered behind a content that has no reply yet.</summary>
    public bool MayOverlap => terms.Pipelining && MayOffer(behind: 1);

    /// <summary>The relay has refused so often since it last took a message that it may lose patience.</summary>
    public bool IsWornOut => Errors >= MaxErrors;

    /// <summary>Another message may be offered behind so many that have no reply yet.</summary>
    public bool MayOffer(int behind) => State == SessionState.Fine && !IsWornOut && Accepted + behind < _cap;

    public void Accept()
    {
        Accepted++;
        Errors = 0;
        memory.RefuteCap(Accepted);
    }

    public void Count(in SmtpReply reply)
    {
        if (reply.Refuses && ++Errors == MaxErrors)
        {
            DispatchLog.SmtpRefusals(logger, relay, MaxErrors);
        }
    }

    public void Break() => State = SessionState.Broken;

    /// <summary>No more messages.</summary>
    public void End() => State = State == SessionState.Fine ? SessionState.Over : State;

    /// <summary>
    /// The relay went after N accepted messages with no error since: that may be its limit, and is nobody's fault. True when
    /// it can be that; kept to once it has happened twice running.
    /// </summary>
    public bool LearnCap()
    {
        if (Accepted == 0 || Errors > 0)
        {
            return false;
        }

        if (memory.GuessCap(Accepted))
        {
            DispatchLog.SmtpCapLearnt(logger, relay, Accepted);
        }

        return true;
    }

    public void GiveUpPipelining(string reason)
    {
        if (terms.Pipelining)
        {
            Downgrade("PIPELINING", memory.ForbidPipelining(), reason);
        }
    }

    /// <summary>Deep flights are over for this relay; others behind the same address are known by their banners.</summary>
    public void GiveUpDeep(string banner, string reason) => Downgrade("Deep pipelining", memory.ForbidDeep(banner), reason);

    public void GiveUpChunking(string reason) => Downgrade("CHUNKING", memory.ForbidChunking(), reason);

    private void Downgrade(string extension, bool isNews, string reason)
    {
        if (isNews)
        {
            DispatchLog.SmtpDowngraded(logger, relay, extension, reason);
            DispatchMeter.Downgrades.Add(1, new KeyValuePair<string, object?>("extension", extension));
        }
    }
}
