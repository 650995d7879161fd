namespace SuperMail.Dispatch;

/// <summary>One message to many recipients by e-mail.</summary>
public sealed class EmailMailing : Mailing
{
    /// <summary>A mailing whose recipients are read while they are needed.</summary>
    public EmailMailing(string name, EmailContent content, IAsyncEnumerable<Recipient> recipients)
        : base(name, recipients)
    {
        ArgumentNullException.ThrowIfNull(content);
        Content = content;
    }

    /// <summary>A mailing whose recipients come from any sequence; it is read once, in order.</summary>
    public EmailMailing(string name, EmailContent content, IEnumerable<Recipient> recipients)
        : this(name, content, recipients?.ToAsyncEnumerable()!)
    {
    }

    /// <summary>What it says.</summary>
    public EmailContent Content { get; }

    /// <summary>The From address; must be a registered mailbox or an alias of one. Wins over <see cref="Mailbox"/>.</summary>
    public string? From { get; init; }

    /// <summary>The name shown beside From; otherwise the mailbox's display name.</summary>
    public string? FromName { get; init; }

    /// <summary>The address of the registered mailbox to send from, when <see cref="From"/> is not given.</summary>
    public string? Mailbox { get; init; }

    /// <summary>Where answers go; otherwise the mailbox's, then the settings' one.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>Where bounces return; may hold tags (VERP). Otherwise the settings' one, then From.</summary>
    public string? EnvelopeFrom { get; init; }

    /// <summary>Which delivery status notifications are asked for (RFC 3461).</summary>
    public DsnNotify Dsn { get; init; }
}
