namespace SuperMail.Dispatch;

/// <summary>What a transport found out about one message.</summary>
public enum VerdictKind
{
    /// <summary>Not sent and nobody's fault: goes back uncharged, due at once.</summary>
    NotSent = 0,

    /// <summary>Taken.</summary>
    Sent,

    /// <summary>Refused for now: tried again by the retry schedule.</summary>
    Retry,

    /// <summary>Refused for good.</summary>
    Failed,

    /// <summary>Sent to its end, not answered.</summary>
    InDoubt,
}

/// <summary>The step of a delivery at which a reply was given.</summary>
public enum DeliveryPhase
{
    /// <summary>Before any wire: the address, the merge values, the size.</summary>
    Composing = 0,

    /// <summary>Connecting, greeting, EHLO.</summary>
    Connect,

    /// <summary>STARTTLS or the TLS handshake.</summary>
    Tls,

    /// <summary>Login.</summary>
    Authentication,

    /// <summary>MAIL FROM.</summary>
    Mail,

    /// <summary>RCPT TO.</summary>
    Rcpt,

    /// <summary>DATA, before the content.</summary>
    Data,

    /// <summary>The content and its end: the lone dot or BDAT LAST.</summary>
    EndOfData,

    /// <summary>RSET or QUIT.</summary>
    Reset,
}

/// <summary>What a verdict says about the relay rather than about its recipient.</summary>
public enum RelaySignal
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The relay asks to be left in peace: fewer connections, lower rate; the recipient is not charged.</summary>
    SlowDown,

    /// <summary>The sender was refused (5xx to MAIL): not charged, but three of one recipient while others pass make it Failed.</summary>
    SenderRefused,

    /// <summary>The mailing must pause (daily quota, authentication demanded): the text is the reason.</summary>
    Pause,
}

/// <summary>A transport's verdict on one message: a value, never an exception.</summary>
public sealed record Verdict
{
    /// <summary>Given back uncharged, without a reply: the connection ended before this message's end of data.</summary>
    public static Verdict NotSent { get; } = new() { Kind = VerdictKind.NotSent };

    /// <summary>In doubt without a reply.</summary>
    public static Verdict InDoubt { get; } = new() { Kind = VerdictKind.InDoubt, Phase = DeliveryPhase.EndOfData };

    /// <summary>What was found out.</summary>
    public required VerdictKind Kind { get; init; }

    /// <summary>The step at which it was found out.</summary>
    public DeliveryPhase Phase { get; init; }

    /// <summary>The reply code (RFC 5321 §4.2), 0 when there was none.</summary>
    public int ReplyCode { get; init; }

    /// <summary>The enhanced status code, none when absent or when its class disagrees with the reply's first digit.</summary>
    public EnhancedStatusCode EnhancedCode { get; init; }

    /// <summary>The reply's text, at most 512 characters, without control characters; null when there was none.</summary>
    public string? Text { get; init; }

    /// <summary>What it says about the relay.</summary>
    public RelaySignal Signal { get; init; }

    /// <summary>With <see cref="RelaySignal.Pause"/>: after how long the mailing may go on by itself; null = when somebody has mended the reason.</summary>
    public TimeSpan? ResumeAfter { get; init; }
}
