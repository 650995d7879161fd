namespace SuperMail.Dispatch;

/// <summary>Everything an operator may choose (configuration section <c>Mailing</c>).</summary>
public sealed class MailingSettings
{
    /// <summary>The e-mail tab.</summary>
    public EmailSettings Email { get; set; } = new();

    /// <summary>The SMS tab.</summary>
    public SmsSettings Sms { get; set; } = new();

    /// <summary>How long a cancel or a stop waits for what is on the wire; 0 to 10 minutes, default 20 s.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Recipients begun at once: the unit of durable begin and outcome, and of what a crash may leave in doubt; 1 to 500, default 20.</summary>
    public int BeginWindow { get; set; } = 20;

    /// <summary>The most recipients of a mailing that the in-memory ledger holds, retries included; 1 to 10,000,000, default 10,000.</summary>
    public int MaxHeldRecipients { get; set; } = 10_000;

    /// <summary>How long the in-memory ledger keeps a finished mailing; 0 to 30 days, default 1 h.</summary>
    public TimeSpan KeepFinished { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Whether addresses stand unmasked in logs. Default false.</summary>
    public bool LogAddresses { get; set; }
}
