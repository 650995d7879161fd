namespace SuperMail.Dispatch;

/// <summary>What follows from a failed connection.</summary>
public enum TransportFault
{
    /// <summary>The relay is away, slow or says 4xx: tried again with back-off; nobody is charged.</summary>
    Connection = 0,

    /// <summary>The relay asks to be left in peace (421, "too many connections"): as <see cref="Connection"/>, and fewer connections.</summary>
    SlowDown,

    /// <summary>The login was refused (535, 530): the mailing pauses.</summary>
    Authentication,

    /// <summary>The certificate is not trusted or TLS is not to be had although it is demanded: the mailing pauses.</summary>
    Security,

    /// <summary>The settings cannot work with this relay: the mailing pauses.</summary>
    Configuration,
}

/// <summary>A connection that broke or could not be opened. The message names the step, the reply and the setting; never a secret or an address.</summary>
public sealed class MailTransportException : IOException
{
    /// <summary>A fault of this kind at this step.</summary>
    public MailTransportException(TransportFault fault, DeliveryPhase phase, string message, Exception? inner = null)
        : base(message, inner)
    {
        Fault = fault;
        Phase = phase;
    }

    /// <summary>What follows from it.</summary>
    public TransportFault Fault { get; }

    /// <summary>The step at which it happened.</summary>
    public DeliveryPhase Phase { get; }

    /// <summary>The reply code, 0 when there was none.</summary>
    public int ReplyCode { get; init; }

    /// <summary>True when the mailing pauses instead of trying again.</summary>
    public bool Pauses => Fault is TransportFault.Authentication or TransportFault.Security or TransportFault.Configuration;
}
