namespace SuperMail.Dispatch;

/// <summary>The e-mail tab (<c>Mailing:Email</c>).</summary>
public sealed class EmailSettings
{
    /// <summary>Max number of e-mails sent per SMTP connection for all simultaneous threads: shared out over <see cref="SmtpThreads"/>; 1 to 100,000, default 100.</summary>
    public int MaxEmailsPerConnection { get; set; } = 100;

    /// <summary>SMTP threads: connections at once; 1 to 200, default 5.</summary>
    public int SmtpThreads { get; set; } = 5;

    /// <summary>Default From address: the address or an alias of a registered mailbox. Required.</summary>
    public string? DefaultFromAddress { get; set; }

    /// <summary>The relay: IP address or host name. Required.</summary>
    public string? Host { get; set; }

    /// <summary>The relay's port; 1 to 65535, default 25.</summary>
    public int Port { get; set; } = 25;

    /// <summary>User name of the login; both or neither with a password or a token provider.</summary>
    public string? UserName { get; set; }

    /// <summary>Password of the login; never logged.</summary>
    public string? Password { get; set; }

    /// <summary>
    /// True: TLS is mandatory (implicit on port 465, else STARTTLS), fully validated, without fallback.
    /// False: STARTTLS is used when offered. Default false.
    /// </summary>
    public bool UseSsl { get; set; }

    /// <summary>Overrides how TLS is used; default <see cref="SmtpTlsMode.Auto"/>: by <see cref="UseSsl"/> and the port.</summary>
    public SmtpTlsMode TlsMode { get; set; }

    /// <summary>Allows a password in clear text to a relay that is not on loopback. Default false.</summary>
    public bool AllowPlaintextAuthentication { get; set; }

    /// <summary>Which login mechanism is used; default <see cref="SmtpAuthentication.Auto"/>: the strongest that both sides know.</summary>
    public SmtpAuthentication Authentication { get; set; }

    /// <summary>Check SMTP connection: at host start, prove that the relay lets us send from our own domain. Default off.</summary>
    public bool CheckSmtpConnection { get; set; }

    /// <summary>The recipient that the check offers; required when the check is on. No message is sent to it.</summary>
    public string? CheckSmtpRecipient { get; set; }

    /// <summary>The name said in EHLO; default: this host's full name when it is ASCII with a dot, else its address literal.</summary>
    public string? LocalName { get; set; }

    /// <summary>How commands share flights; default <see cref="SmtpPipelining.Standard"/>.</summary>
    public SmtpPipelining Pipelining { get; set; } = SmtpPipelining.Standard;

    /// <summary>
    /// The most messages in one flight with <see cref="SmtpPipelining.Deep"/>, and so the most that a broken connection
    /// leaves in doubt; 1 to 64, default 16. However many, a flight holds at most 1 MiB of content.
    /// </summary>
    public int PipelineDepth { get; set; } = 16;

    /// <summary>Whether CHUNKING (BDAT, RFC 3030) is used where it is offered. Default true.</summary>
    public bool UseChunking { get; set; } = true;

    /// <summary>
    /// Whether one connection beyond <see cref="SmtpThreads"/> may be open while another one ends: it is opened ahead for the
    /// slot that ends next, so that nobody waits for connecting and QUIT. With
    /// <see cref="SmtpPipelining.Deep"/> a connection counts as closed once its QUIT has left. Default false: relays count connections.
    /// </summary>
    public bool OverlapConnections { get; set; }

    /// <summary>The most messages a minute over all connections; 0 = no limit (default), at most 10,000,000.</summary>
    public int MessagesPerMinute { get; set; }

    /// <summary>How long a connection with quota left waits for more messages; 0 to 300 s, default 2 s.</summary>
    public TimeSpan IdleConnectionTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Where bounces return (MAIL FROM); may hold tags; default: the From address.</summary>
    public string? EnvelopeFrom { get; set; }

    /// <summary>Where answers go when neither the mailing nor its mailbox says.</summary>
    public string? ReplyTo { get; set; }

    /// <summary>The registered mailboxes: who may stand in From.</summary>
    public IList<MailboxSettings> Mailboxes { get; set; } = [];

    /// <summary>The domains that may stand in From; empty (default) = all of the mailboxes'.</summary>
    public IList<string> ApprovedSendingDomains { get; set; } = [];

    /// <summary>PEM or PKCS#12 file of a client certificate, or null.</summary>
    public string? ClientCertificatePath { get; set; }

    /// <summary>Password of <see cref="ClientCertificatePath"/>; never logged.</summary>
    public string? ClientCertificatePassword { get; set; }

    /// <summary>PEM file with private CA certificates that are trusted beside the system's, or null.</summary>
    public string? TrustedCertificatesPath { get; set; }

    /// <summary>Whether revocation of the relay's certificate is checked online. Default false.</summary>
    public bool CheckCertificateRevocation { get; set; }

    /// <summary>The time-outs of a conversation.</summary>
    public SmtpTimeouts Timeouts { get; set; } = new();

    /// <summary>When transiently refused recipients are tried again.</summary>
    public RetrySettings Retry { get; set; } = new();
}
