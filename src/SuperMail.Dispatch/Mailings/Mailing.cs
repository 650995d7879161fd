namespace SuperMail.Dispatch;

/// <summary>One message to many recipients: an <see cref="EmailMailing"/> or an <see cref="SmsMailing"/>.</summary>
public abstract class Mailing
{
    private protected Mailing(string name, IAsyncEnumerable<Recipient> recipients)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(recipients);
        Name = name;
        Recipients = recipients;
    }

    /// <summary>What operators call it; appears in reports and logs.</summary>
    public string Name { get; }

    /// <summary>To whom it goes.</summary>
    public IAsyncEnumerable<Recipient> Recipients { get; }

    /// <summary>The caller's own key: enqueuing the same key again continues or returns the first mailing, never a second one.</summary>
    public string? ExternalKey { get; init; }

    /// <summary>The share of the lane while other mailings run.</summary>
    public MailingPriority Priority { get; init; }

    /// <summary>Nothing leaves before this moment.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>What happens to recipients in doubt.</summary>
    public InDoubtPolicy InDoubtPolicy { get; init; }

    /// <summary>Whether the same address or number twice is sent once.</summary>
    public DuplicateDetection DuplicateDetection { get; init; }

    /// <summary>The merge fields that recipients bring. When null, the first recipient's fields are the known ones.</summary>
    public IReadOnlyCollection<string>? FieldNames { get; init; }
}
