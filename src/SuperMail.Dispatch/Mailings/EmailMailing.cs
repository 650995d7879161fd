namespace SuperMail.Dispatch;

/// <summary>One message to many recipients by e-mail.</summary>
public sealed class EmailMailing
{
    /// <summary>A mailing whose recipients are read while they are needed.</summary>
    public EmailMailing(string name, EmailContent content, IAsyncEnumerable<Recipient> recipients)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(recipients);
        Name = name;
        Content = content;
        Recipients = recipients;
    }

    /// <summary>A mailing whose recipients come from any sequence; it is read once, in order.</summary>
    public EmailMailing(string name, EmailContent content, IEnumerable<Recipient> recipients)
        : this(name, content, recipients?.ToAsyncEnumerable()!)
    {
    }

    /// <summary>What operators call it; appears in reports and logs.</summary>
    public string Name { get; }

    /// <summary>What it says.</summary>
    public EmailContent Content { get; }

    /// <summary>To whom it goes.</summary>
    public IAsyncEnumerable<Recipient> Recipients { get; }

    /// <summary>The caller's own key: enqueuing the same key again continues or returns the first mailing, never a second one.</summary>
    public string? ExternalKey { get; init; }

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

    /// <summary>The share of the lane while other mailings run.</summary>
    public MailingPriority Priority { get; init; }

    /// <summary>Nothing leaves before this moment.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>What happens to recipients in doubt.</summary>
    public InDoubtPolicy InDoubtPolicy { get; init; }

    /// <summary>Whether the same address twice is sent once.</summary>
    public DuplicateDetection DuplicateDetection { get; init; }

    /// <summary>The merge fields that recipients bring. When null, the first recipient's fields are the known ones.</summary>
    public IReadOnlyCollection<string>? FieldNames { get; init; }

    /// <summary>Which delivery status notifications are asked for (RFC 3461).</summary>
    public DsnNotify Dsn { get; init; }
}
