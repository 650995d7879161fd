namespace SuperMail.Dispatch;

/// <summary>"Check SMTP connection": proves that the relay lets us send from our own domain, without sending a message.</summary>
public interface ISmtpConnectionCheck
{
    /// <summary>
    /// Connects, secures, logs in, offers <see cref="EmailSettings.DefaultFromAddress"/> and
    /// <see cref="EmailSettings.CheckSmtpRecipient"/>, takes both back and leaves.
    /// </summary>
    /// <returns>What was found; a failure is a report, not an exception.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask<SmtpConnectionReport> CheckAsync(CancellationToken cancellationToken = default);
}

/// <summary>What <see cref="ISmtpConnectionCheck"/> found.</summary>
public sealed record SmtpConnectionReport
{
    /// <summary>The relay, as host:port.</summary>
    public required string Relay { get; init; }

    /// <summary>Every step that was tried, in order; only the last can have failed.</summary>
    public required IReadOnlyList<SmtpConnectionStep> Steps { get; init; }

    /// <summary>The TLS protocol, such as <c>Tls13</c>; null in clear text.</summary>
    public string? TlsProtocol { get; init; }

    /// <summary>What the relay offers, a line each (RFC 5321 §4.1.1.1).</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>Null when all went well; else one sentence with the step, the reply and the setting to look at.</summary>
    public string? Error { get; init; }

    /// <summary>The fault behind <see cref="Error"/>.</summary>
    public MailTransportException? Fault { get; init; }

    /// <summary>
    /// True: it will not get better by itself (5xx, TLS, login, settings), so a host should not start. False with an
    /// error: the relay is unreachable or said 4xx, so health is degraded and it is tried again.
    /// </summary>
    public bool IsPermanent { get; init; }

    /// <summary>True when the relay took every step.</summary>
    public bool IsOk => Error is null;
}

/// <summary>One step of a check.</summary>
/// <param name="Name">Such as <c>EHLO</c>.</param>
/// <param name="IsOk">Whether it went well.</param>
/// <param name="Reply">What the relay said, without control characters; null when it said nothing.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record SmtpConnectionStep(string Name, bool IsOk, string? Reply, TimeSpan Elapsed);
