namespace SuperMail.Dispatch;

/// <summary>How TLS is used towards the relay.</summary>
public enum SmtpTlsMode
{
    /// <summary>By <see cref="EmailSettings.UseSsl"/> and the port.</summary>
    Auto = 0,

    /// <summary>No TLS at all, even when offered.</summary>
    None,

    /// <summary>STARTTLS when offered.</summary>
    StartTlsWhenAvailable,

    /// <summary>STARTTLS or nothing.</summary>
    StartTls,

    /// <summary>TLS from the first byte (RFC 8314 §3.3).</summary>
    Implicit,
}

/// <summary>The login mechanisms (RFC 4954).</summary>
public enum SmtpAuthentication
{
    /// <summary>SCRAM-SHA-256, then PLAIN, then LOGIN; OAUTHBEARER, then XOAUTH2 with a token provider.</summary>
    Auto = 0,

    /// <summary>PLAIN (RFC 4616).</summary>
    Plain,

    /// <summary>LOGIN.</summary>
    Login,

    /// <summary>CRAM-MD5 (RFC 2195): weak, only when chosen.</summary>
    CramMd5,

    /// <summary>SCRAM-SHA-256 (RFC 7677).</summary>
    ScramSha256,

    /// <summary>XOAUTH2 with a token provider.</summary>
    XOAuth2,

    /// <summary>OAUTHBEARER (RFC 7628) with a token provider.</summary>
    OAuthBearer,

    /// <summary>GSSAPI/SPNEGO through the platform; without a user name, the process's own identity.</summary>
    Negotiate,

    /// <summary>NTLM through the platform.</summary>
    Ntlm,
}

/// <summary>How commands share flights (RFC 2920).</summary>
public enum SmtpPipelining
{
    /// <summary>One command, one reply.</summary>
    Off = 0,

    /// <summary>Content of a message and envelope of the next in one flight, where PIPELINING is offered.</summary>
    Standard,

    /// <summary>
    /// Up to <see cref="EmailSettings.PipelineDepth"/> whole messages in one flight, where PIPELINING and CHUNKING are
    /// offered and the relay has passed a probe on this connection; else as <see cref="Standard"/>. Goes past the order
    /// of RFC 3030 §2. For relays that are far away: when a connection breaks, as many messages as a flight holds may be
    /// in doubt.
    /// </summary>
    Deep,
}

/// <summary>Time-outs of a conversation (RFC 5321 §4.5.3.2); each more than 0 and at most 1 hour.</summary>
public sealed class SmtpTimeouts
{
    /// <summary>TCP connection; default 30 s.</summary>
    public TimeSpan Connect { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Greeting; default 300 s.</summary>
    public TimeSpan Greeting { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>EHLO, STARTTLS with its handshake, each step of AUTH; default 60 s.</summary>
    public TimeSpan Hello { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>MAIL, RCPT and RSET; default 300 s.</summary>
    public TimeSpan Envelope { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>The reply to DATA; default 120 s.</summary>
    public TimeSpan Data { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>One block of content to be taken; default 180 s.</summary>
    public TimeSpan Block { get; set; } = TimeSpan.FromSeconds(180);

    /// <summary>The reply to the end of data; default 600 s. A short one makes duplicates.</summary>
    public TimeSpan EndOfData { get; set; } = TimeSpan.FromSeconds(600);

    /// <summary>QUIT; default 5 s.</summary>
    public TimeSpan Quit { get; set; } = TimeSpan.FromSeconds(5);
}

/// <summary>When transiently refused recipients are tried again.</summary>
public sealed class RetrySettings
{
    /// <summary>Waiting times before the 2nd, 3rd, … attempt; the last one repeats. Default 1, 5, 15, 30, 60 minutes; each with up to 10 % jitter. Empty = the default.</summary>
    public IList<TimeSpan> Schedule { get; set; } = [];

    /// <summary>How long after its first reply a recipient is given up; 0 to 30 days, default 24 h.</summary>
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromHours(24);

    /// <summary>The most attempts on a recipient; 1 to 1000, default 100.</summary>
    public int MaxAttempts { get; set; } = 100;
}

/// <summary>A registered mailbox: who may stand in From.</summary>
public sealed class MailboxSettings
{
    /// <summary>Its address. Required.</summary>
    public string Address { get; set; } = "";

    /// <summary>The name shown beside it.</summary>
    public string? DisplayName { get; set; }

    /// <summary>Further addresses that may stand in From.</summary>
    public IList<string> Aliases { get; set; } = [];

    /// <summary>Where answers to it go; default: itself.</summary>
    public string? ReplyTo { get; set; }
}
