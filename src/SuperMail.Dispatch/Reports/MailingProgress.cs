namespace SuperMail.Dispatch;

/// <summary>How far a mailing is, for a progress bar.</summary>
public sealed record MailingProgress
{
    /// <summary>Which mailing.</summary>
    public required MailingId Id { get; init; }

    /// <summary>How many stand where; counted here, ahead of the ledger by what is being recorded.</summary>
    public required MailingCounts Counts { get; init; }

    /// <summary>True when every recipient has been read, so that <see cref="MailingCounts.Accepted"/> is the total.</summary>
    public required bool Sealed { get; init; }

    /// <summary>Final recipients per second over the last seconds.</summary>
    public required double Rate { get; init; }

    /// <summary>Time until the rest is final at this rate; null while it cannot be told (not sealed, or nothing moves).</summary>
    public TimeSpan? Remaining { get; init; }
}
