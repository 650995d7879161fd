namespace SuperMail.Dispatch;

/// <summary>The account of a mailing: at its end, or so far.</summary>
public sealed record MailingReport
{
    /// <summary>Which mailing.</summary>
    public required MailingId Id { get; init; }

    /// <summary>What operators call it.</summary>
    public required string Name { get; init; }

    /// <summary>Where it stands.</summary>
    public required MailingState State { get; init; }

    /// <summary>Why it is paused or cancelled, or null.</summary>
    public string? Reason { get; init; }

    /// <summary>When a mailing that the library paused goes on by itself; null when it does not, or is not paused.</summary>
    public DateTimeOffset? ResumesAt { get; init; }

    /// <summary>How many stand where.</summary>
    public required MailingCounts Counts { get; init; }

    /// <summary>How fast mailings of its kind may leave at the time of this report; null before this process sends any.</summary>
    public LanePace? Pace { get; init; }

    /// <summary>From its creation to its end, or to now.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Segments that an SMS provider took, and what it charged where it says; null for an e-mail mailing.</summary>
    public SmsUsage? Sms { get; init; }

    /// <summary>The mailing that this one sends again, or null.</summary>
    public MailingId? ResendOf { get; init; }

    /// <summary>One line of counts.</summary>
    public override string ToString() =>
        $"{Counts.Sent} sent, {Counts.Failed} failed, {Counts.InDoubt} in doubt";
}

/// <summary>Where a mailing stands, for a screen.</summary>
public sealed record MailingStatus
{
    /// <summary>The account so far.</summary>
    public required MailingReport Report { get; init; }

    /// <summary>True when every recipient has been read.</summary>
    public required bool Sealed { get; init; }

    /// <summary>When the next waiting recipients are due, or null.</summary>
    public DateTimeOffset? NextDue { get; init; }

    /// <summary>Rate and remaining time, when this process sends it.</summary>
    public MailingProgress? Progress { get; init; }
}
