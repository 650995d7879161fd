namespace SuperMail.Dispatch;

/// <summary>Outcomes of consecutive positions of a claimed slice.</summary>
public sealed record OutcomeRange
{
    /// <summary>The slice and the claim.</summary>
    public required SliceRef Slice { get; init; }

    /// <summary>The first position.</summary>
    public required int First { get; init; }

    /// <summary>One for each position.</summary>
    public required ReadOnlyMemory<OutcomeCode> Codes { get; init; }

    /// <summary>Details of what is not 2xx.</summary>
    public IReadOnlyList<FailureDetail> Failures { get; init; } = [];

    /// <summary>Keys under which a provider will report on a recipient.</summary>
    public IReadOnlyList<ProviderKey> ProviderKeys { get; init; } = [];
}

/// <summary>Why one attempt on a recipient did not succeed.</summary>
/// <param name="Ordinal">The recipient.</param>
/// <param name="Attempt">Which attempt, from 1.</param>
/// <param name="ReplyCode">The reply code, 0 when there was none.</param>
/// <param name="EnhancedCode">The enhanced status code.</param>
/// <param name="Text">The reply's text or our own reason; at most 512 characters.</param>
public sealed record FailureDetail(long Ordinal, int Attempt, int ReplyCode, EnhancedStatusCode EnhancedCode, string? Text);

/// <summary>A provider's name for a recipient.</summary>
/// <param name="Ordinal">The recipient.</param>
/// <param name="Key">The provider's key, unique per provider; at most 256 characters.</param>
public sealed record ProviderKey(long Ordinal, string Key);

/// <summary>A recipient of a mailing.</summary>
/// <param name="Mailing">The mailing.</param>
/// <param name="Ordinal">Its place, from 0 in the order in which recipients were read.</param>
public readonly record struct RecipientKey(MailingId Mailing, long Ordinal);

/// <summary>Recorded outcomes as a reader gets them.</summary>
public sealed record LedgerOutcome
{
    /// <summary>
    /// Where it ends in the mailing's record, counted in recipients: the first row of 20 ends at 20. Pass it on to continue
    /// after it; a smaller one in between gives the end of the row, so that a reader may stop in the middle.
    /// </summary>
    public required long Position { get; init; }

    /// <summary>When it was recorded.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The recipients.</summary>
    public required ReadOnlyMemory<long> Ordinals { get; init; }

    /// <summary>One for each recipient.</summary>
    public required ReadOnlyMemory<OutcomeCode> Codes { get; init; }

    /// <summary>Details of what is not 2xx.</summary>
    public IReadOnlyList<FailureDetail> Failures { get; init; } = [];

    /// <summary>True when it came from a claim that was no longer held: what was found out late, not where the recipients stand.</summary>
    public bool IsEvidence { get; init; }
}

/// <summary>A slice as a reader gets it.</summary>
public sealed record LedgerSlice
{
    /// <summary>Its number in the mailing.</summary>
    public required int SliceNo { get; init; }

    /// <summary>The slice that it was split from, or null.</summary>
    public int? ParentSliceNo { get; init; }

    /// <summary>Each recipient's place in the mailing.</summary>
    public required SliceOrdinals Ordinals { get; init; }

    /// <summary>What became of each position; none where nothing has yet.</summary>
    public required ReadOnlyMemory<OutcomeCode> Codes { get; init; }

    /// <summary>The recipients, encoded; empty when they are no longer kept.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }
}

/// <summary>One recipient as a reader gets it.</summary>
public sealed record LedgerRecipient
{
    /// <summary>Which one.</summary>
    public required RecipientKey Key { get; init; }

    /// <summary>The latest outcome; none when there is none yet.</summary>
    public required OutcomeCode Code { get; init; }

    /// <summary>When the latest outcome was recorded.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The latest failure, or null.</summary>
    public FailureDetail? Failure { get; init; }

    /// <summary>What came later, in order.</summary>
    public IReadOnlyList<RecipientEvent> Events { get; init; } = [];

    /// <summary>The slice that holds it now, and the position there.</summary>
    public required int SliceNo { get; init; }

    /// <summary>The position in the slice.</summary>
    public required int Position { get; init; }

    /// <summary>The slice's data; empty when it is no longer kept.</summary>
    public required ReadOnlyMemory<byte> SliceData { get; init; }
}

/// <summary>A recorded outcome that is changed.</summary>
/// <param name="SliceNo">The slice.</param>
/// <param name="Position">The position.</param>
/// <param name="Expected">The kind that it must have now: InDoubt or Failed.</param>
/// <param name="Code">Sent (assumed), Failed, or NotSent when it is sent again.</param>
public readonly record struct RevisedPosition(int SliceNo, int Position, OutcomeKind Expected, OutcomeCode Code);

/// <summary>What can come after an outcome.</summary>
public enum RecipientEventKind
{
    /// <summary>A delivery receipt.</summary>
    Delivered = 0,

    /// <summary>Not delivered, for good.</summary>
    Bounced,

    /// <summary>Not delivered for now.</summary>
    SoftBounced,

    /// <summary>Opened.</summary>
    Opened,

    /// <summary>Reported as unwanted.</summary>
    Complained,

    /// <summary>Left the list.</summary>
    Unsubscribed,
}

/// <summary>Something that came after the outcome of a recipient.</summary>
/// <param name="Recipient">The recipient.</param>
/// <param name="Kind">What.</param>
/// <param name="At">When, as its source says.</param>
/// <param name="Detail">The source's own words; at most 512 characters.</param>
public sealed record RecipientEvent(RecipientKey Recipient, RecipientEventKind Kind, DateTimeOffset At, string? Detail = null);
