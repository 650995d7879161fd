namespace SuperMail.Dispatch;

/// <summary>What the relay is told beside the message (RFC 5321 §2.3.1).</summary>
/// <param name="From">The reverse-path; null is the null reverse-path <c>&lt;&gt;</c>.</param>
/// <param name="To">The one recipient.</param>
/// <param name="Dsn">Which delivery status notifications are asked for, where the server offers DSN.</param>
public readonly record struct Envelope(EmailAddress? From, EmailAddress To, DsnNotify Dsn = DsnNotify.Default);
