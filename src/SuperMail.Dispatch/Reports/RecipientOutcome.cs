namespace SuperMail.Dispatch;

/// <summary>One recorded outcome of one recipient.</summary>
public sealed record RecipientOutcome
{
    /// <summary>Where it stands in the mailing's record; pass it to <see cref="OutcomeFilter.After"/> to continue behind it.</summary>
    public required long Position { get; init; }

    /// <summary>The recipient's place, from 0 in the order in which recipients were read.</summary>
    public required long Ordinal { get; init; }

    /// <summary>The state that this outcome gives.</summary>
    public required RecipientState State { get; init; }

    /// <summary>Why, as far as one word can tell.</summary>
    public required OutcomeReason Reason { get; init; }

    /// <summary>When it was recorded.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Reply code, enhanced code and text of what is not 2xx, or null.</summary>
    public FailureDetail? Failure { get; init; }
}

/// <summary>Which outcomes are wanted.</summary>
public sealed record OutcomeFilter
{
    /// <summary>Only what was recorded after this position; 0 = from the start.</summary>
    public long After { get; init; }

    /// <summary>Only these states; empty = all.</summary>
    public IReadOnlyCollection<RecipientState> States { get; init; } = [];
}

/// <summary>Where one recipient stands now.</summary>
public sealed record RecipientStatus
{
    /// <summary>Which recipient.</summary>
    public required RecipientKey Key { get; init; }

    /// <summary>The address, or null when its data is no longer kept.</summary>
    public string? Address { get; init; }

    /// <summary>Where it stands.</summary>
    public required RecipientState State { get; init; }

    /// <summary>Why.</summary>
    public required OutcomeReason Reason { get; init; }

    /// <summary>When the latest outcome was recorded.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The latest failure, or null.</summary>
    public FailureDetail? Failure { get; init; }

    /// <summary>What came after the outcome.</summary>
    public IReadOnlyList<RecipientEvent> Events { get; init; } = [];
}
