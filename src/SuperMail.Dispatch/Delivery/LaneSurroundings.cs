using Microsoft.Extensions.Logging;

namespace SuperMail.Dispatch.Delivery;

/// <summary>What a lane finds around itself.</summary>
internal sealed record LaneSurroundings
{
    public required IMailingLedger Ledger { get; init; }

    public required MailingRuns Runs { get; init; }

    public required Func<MailingSettings> Settings { get; init; }

    public required Screening Screening { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Log { get; init; }

    /// <summary>The ledger or the engine failed: every lane stands still.</summary>
    public required Action<Exception> Fail { get; init; }

    public required Func<bool> IsFaulted { get; init; }

    /// <summary>Told of a pause that ends by itself.</summary>
    public required Action<MailingId, DateTimeOffset> PausedUntil { get; init; }

    /// <summary>Told after each verdict.</summary>
    public required Action<MailingRun> Progress { get; init; }

    /// <summary>Told after each completed slice.</summary>
    public required Action<LedgerMailing> Completed { get; init; }
}
