namespace SuperMail.Dispatch.Ledgers;

/// <summary>A recipient as it stands in a slice's data.</summary>
internal readonly record struct StoredRecipient
{
    /// <summary>As the caller gave it; malformed ones are kept for the report.</summary>
    public required string? Address { get; init; }

    public string? DisplayName { get; init; }

    /// <summary>Merge values in the order of the definition's field names; null = no such field.</summary>
    public required string?[] Values { get; init; }

    public ReadOnlyMemory<byte> Raw { get; init; }

    /// <summary>Judged when it was read (duplicate, bad address): never sent.</summary>
    public OutcomeCode PreJudged { get; init; }

    /// <summary>Why, when <see cref="PreJudged"/> is a failure.</summary>
    public string? Reason { get; init; }

    /// <summary>Attempts that were answered and charged.</summary>
    public int Attempts { get; init; }

    /// <summary>When the first reply came, in Unix seconds; 0 = none yet. The clock of giving up starts here.</summary>
    public long FirstReply { get; init; }

    /// <summary>How often the sender was refused for this recipient, uncharged.</summary>
    public int SenderRefusals { get; init; }
}
