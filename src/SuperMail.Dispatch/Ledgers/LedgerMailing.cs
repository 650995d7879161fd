namespace SuperMail.Dispatch;

/// <summary>What a ledger promises.</summary>
public sealed record LedgerCapabilities
{
    /// <summary>True when mailings outlive the process.</summary>
    public required bool Durable { get; init; }

    /// <summary>True when the data of sent recipients is kept until the mailing is purged, so that they can be selected for a resend.</summary>
    public required bool KeepsSentData { get; init; }

    /// <summary>The most recipients of one mailing that are held at once; null = no limit.</summary>
    public int? MaxHeldRecipients { get; init; }
}

/// <summary>What is wanted of a mailing.</summary>
public enum DesiredState
{
    /// <summary>It shall go out.</summary>
    Run = 0,

    /// <summary>Nothing more is begun.</summary>
    Pause,

    /// <summary>What is not sent yet shall never be.</summary>
    Cancel,
}

/// <summary>A mailing to be created.</summary>
public sealed record NewMailing
{
    /// <summary>Its id, made by the core.</summary>
    public required MailingId Id { get; init; }

    /// <summary>The caller's idempotency key, or null.</summary>
    public string? ExternalKey { get; init; }

    /// <summary>What operators call it.</summary>
    public required string Name { get; init; }

    /// <summary>The lane that carries it.</summary>
    public required string Lane { get; init; }

    /// <summary>The encoded definition.</summary>
    public required ReadOnlyMemory<byte> Definition { get; init; }

    /// <summary>A hash over what the caller gave, to tell whether a second call with the same key means the same.</summary>
    public required ReadOnlyMemory<byte> DefinitionHash { get; init; }

    /// <summary>Its share among others.</summary>
    public MailingPriority Priority { get; init; }

    /// <summary>What happens to recipients in doubt.</summary>
    public InDoubtPolicy InDoubtPolicy { get; init; }

    /// <summary>Nothing is ready before this moment.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>True when slices may be claimed before the seal.</summary>
    public bool SendBeforeSeal { get; init; }

    /// <summary>The mailing that this one sends again, or null.</summary>
    public MailingId? ResendOf { get; init; }

    /// <summary>The session that reads the recipients, so that another can tell whether reading goes on.</summary>
    public string? ReaderInstanceId { get; init; }
}

/// <summary>The answer to a creation.</summary>
/// <param name="Mailing">The mailing now.</param>
/// <param name="Existed">True when the external key was taken: nothing was created.</param>
public sealed record CreatedMailing(LedgerMailing Mailing, bool Existed);

/// <summary>A mailing as the ledger knows it at one moment.</summary>
public sealed record LedgerMailing
{
    /// <summary>What it was created with.</summary>
    public required NewMailing Created { get; init; }

    /// <summary>What is wanted of it.</summary>
    public required DesiredState Desired { get; init; }

    /// <summary>Counts the changes of <see cref="Desired"/>.</summary>
    public required long ControlVersion { get; init; }

    /// <summary>Why it was paused or cancelled.</summary>
    public string? Reason { get; init; }

    /// <summary>True when no more recipients will come.</summary>
    public required bool Sealed { get; init; }

    /// <summary>The hash over everything accepted.</summary>
    public required ReadOnlyMemory<byte> RunningHash { get; init; }

    /// <summary>How many stand where.</summary>
    public required MailingCounts Counts { get; init; }

    /// <summary>The sum over all recorded outcomes; nothing for e-mail.</summary>
    public SmsUsage Usage { get; init; }

    /// <summary>When it was created, by the ledger's clock.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its last recipient became final, or null. Set only once it is sealed or cancelled.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>When the next waiting slice is due; null when none waits. A slice that is due already does not wait.</summary>
    public DateTimeOffset? NextDue { get; init; }

    /// <summary>True while the session that reads the recipients holds its lease; false once sealed, or when none was named.</summary>
    public bool ReaderAlive { get; init; }

    /// <summary>Its id.</summary>
    public MailingId Id => Created.Id;

    /// <summary>True when every recipient is final.</summary>
    public bool IsFinished => FinishedAt is not null;
}

/// <summary>How many recipients stand where; the sum of all but <see cref="Accepted"/> is <see cref="Accepted"/>.</summary>
public readonly record struct MailingCounts
{
    /// <summary>Read from the caller and stored.</summary>
    public long Accepted { get; init; }

    /// <summary>Sent.</summary>
    public long Sent { get; init; }

    /// <summary>Failed.</summary>
    public long Failed { get; init; }

    /// <summary>In doubt.</summary>
    public long InDoubt { get; init; }

    /// <summary>Duplicate.</summary>
    public long Duplicate { get; init; }

    /// <summary>Blocked.</summary>
    public long Blocked { get; init; }

    /// <summary>Cancelled.</summary>
    public long Cancelled { get; init; }

    /// <summary>Transiently refused, in slices that wait for another attempt.</summary>
    public long Retry { get; init; }

    /// <summary>Not final and not waiting for another attempt.</summary>
    public long Ready => Accepted - Final - Retry;

    /// <summary>Those to whom nothing further happens by itself.</summary>
    public long Final => Sent + Failed + InDoubt + Duplicate + Blocked + Cancelled;
}
