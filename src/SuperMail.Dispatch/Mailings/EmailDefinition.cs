namespace SuperMail.Dispatch;

/// <summary>
/// A mailing after the door: every name resolved, every address parsed, attachments read. What the ledger keeps
/// of a mailing, encoded, so that it can go on after a restart.
/// </summary>
internal sealed record EmailDefinition
{
    public required MailingId Id { get; init; }

    public required string Name { get; init; }

    public required EmailContent Content { get; init; }

    /// <summary>The merge fields that the content uses, in the order in which values are stored.</summary>
    public required IReadOnlyList<string> FieldNames { get; init; }

    public required EmailAddress From { get; init; }

    public string? FromName { get; init; }

    public EmailAddress? ReplyTo { get; init; }

    /// <summary>Where bounces return, as text with tags; null = From.</summary>
    public string? EnvelopeFrom { get; init; }

    /// <summary>Stands in every message's Date, on every attempt.</summary>
    public required DateTimeOffset Date { get; init; }

    public InDoubtPolicy InDoubtPolicy { get; init; }

    public DsnNotify Dsn { get; init; }
}
