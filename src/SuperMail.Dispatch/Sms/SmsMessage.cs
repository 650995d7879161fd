namespace SuperMail.Dispatch;

/// <summary>One text to one phone.</summary>
public sealed record SmsMessage
{
    /// <summary>Our id: 1 to 32 of a-z and 0-9, the same at every attempt.</summary>
    public required string Id { get; init; }

    /// <summary>To whom.</summary>
    public required PhoneNumber To { get; init; }

    /// <summary>What it says: no control characters but LF, no lone surrogate, not blank.</summary>
    public required string Text { get; init; }

    /// <summary>Shown on the phone; null = the provider's or the account's own.</summary>
    public SmsSender? From { get; init; }

    /// <summary>The alphabet on the air; by default the cheaper one that holds the text.</summary>
    public SmsEncoding Encoding { get; init; }

    /// <summary>Whether the gateway may replace typographic characters so that the text fits GSM 03.38, where it can. Default false.</summary>
    public bool SmartEncode { get; init; }

    /// <summary>The most segments that it may take; 1 to 255, default 10. A longer text is refused, never cut.</summary>
    public int MaxSegments { get; init; } = 10;

    /// <summary>How long the provider tries to deliver; null = the provider's own.</summary>
    public TimeSpan? Validity { get; init; }

    /// <summary>When the provider delivers it; null = at once.</summary>
    public DateTimeOffset? SendAt { get; init; }

    /// <summary>The host's own reference, shown in the provider's reports where it takes one.</summary>
    public string? Reference { get; init; }

    /// <summary>Where receipts are called back; null = none are asked for, or the account's own.</summary>
    public Uri? CallbackUrl { get; init; }

    /// <summary>1 (low) to 3 (high) where the provider knows priorities; null = the provider's own.</summary>
    public int? Priority { get; init; }
}
