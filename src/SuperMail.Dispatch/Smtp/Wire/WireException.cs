namespace SuperMail.Dispatch.Smtp;

/// <summary>How a conversation broke.</summary>
internal enum WireFault
{
    /// <summary>The relay closed in good order.</summary>
    Closed,

    /// <summary>The network failed: reset, unreachable.</summary>
    Lost,

    /// <summary>A time-out of <see cref="SmtpTimeouts"/> passed.</summary>
    TimedOut,

    /// <summary>What came is no reply, or one too many, or one that cannot stand here.</summary>
    Garbage,

    /// <summary>We ended it ourselves: told to stop.</summary>
    Stopped,
}

/// <summary>The connection is over: the session turns it into verdicts and a <see cref="MailTransportException"/>.</summary>
internal sealed class WireException(WireFault fault, string message, Exception? inner = null) : IOException(message, inner)
{
    public WireFault Fault { get; } = fault;
}
