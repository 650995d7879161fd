namespace SuperMail.Dispatch;

/// <summary>
/// A mailing after the door: every name resolved, every sender parsed. What the ledger keeps of a mailing, encoded, so
/// that it can go on after a restart.
/// </summary>
internal abstract record MailingDefinition
{
    public required MailingId Id { get; init; }

    public required string Name { get; init; }

    /// <summary>The merge fields that the content uses, in the order in which values are stored.</summary>
    public required IReadOnlyList<string> FieldNames { get; init; }

    public InDoubtPolicy InDoubtPolicy { get; init; }
}
