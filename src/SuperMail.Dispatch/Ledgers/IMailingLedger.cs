namespace SuperMail.Dispatch;

/// <summary>
/// What is remembered. Kept by the in-memory ledger (default) or a durable one; all pass the same conformance suite.
/// Every operation is batch-shaped; when it has returned, its effect is as durable as the ledger promises.
/// </summary>
/// <remarks>Due times are durations by the ledger's own clock. Blobs are encoded by the core and opaque to the ledger.</remarks>
public interface IMailingLedger : IAsyncDisposable
{
    /// <summary>What this ledger promises.</summary>
    LedgerCapabilities Capabilities { get; }

    /// <summary>Creates a mailing, or returns the one that already has its external key (compared ordinally).</summary>
    ValueTask<CreatedMailing> CreateMailingAsync(NewMailing mailing, CancellationToken cancellationToken);

    /// <summary>
    /// Stores the next recipients of an unsealed mailing. A ledger that holds a bounded number waits here while
    /// the mailing is full, when it may be sent before its seal; else it refuses.
    /// </summary>
    /// <param name="mailing">The mailing.</param>
    /// <param name="firstOrdinal">Ordinal of the first recipient; must equal what was accepted so far (else <see cref="LedgerConflictException"/>).</param>
    /// <param name="slices">Root slices in order.</param>
    /// <param name="runningHash">The hash over everything accepted including these.</param>
    /// <param name="cancellationToken">Ends the wait; nothing is stored then.</param>
    /// <exception cref="LedgerConflictException">Another place than the next, or the mailing is sealed, cancelled or not there; a cancel ends the wait so.</exception>
    /// <exception cref="MailingRefusedException">A mailing that may not be sent before its seal, or not yet, would pass the ledger's limit.</exception>
    ValueTask AppendSlicesAsync(
        MailingId mailing, long firstOrdinal, IReadOnlyList<NewSlice> slices, ReadOnlyMemory<byte> runningHash, CancellationToken cancellationToken);

    /// <summary>No more recipients will come. A sealed or cancelled mailing is returned unchanged.</summary>
    /// <exception cref="LedgerConflictException">There is no such mailing.</exception>
    ValueTask<LedgerMailing> SealAsync(MailingId mailing, CancellationToken cancellationToken);

    /// <summary>
    /// Sets what is wanted of a mailing. Cancel makes everything that is neither final nor claimed Cancelled at once;
    /// what is claimed follows when its slice is completed; the data of the cancelled is kept. A finished or cancelled
    /// mailing is returned unchanged, and so is one of which this is wanted already.
    /// </summary>
    /// <param name="mailing">The mailing.</param>
    /// <param name="desired">What is wanted.</param>
    /// <param name="reason">Why, for the report; kept until the next change.</param>
    /// <param name="expectedVersion">The control version that the caller saw, or null to set in any case.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="LedgerConflictException">The version is another one, or there is no such mailing.</exception>
    ValueTask<LedgerMailing> SetDesiredStateAsync(
        MailingId mailing, DesiredState desired, string? reason, long? expectedVersion, CancellationToken cancellationToken);

    /// <summary>The mailing, or null.</summary>
    ValueTask<LedgerMailing?> FindMailingAsync(MailingId mailing, CancellationToken cancellationToken);

    /// <summary>The mailing with this external key, or null.</summary>
    ValueTask<LedgerMailing?> FindMailingByKeyAsync(string externalKey, CancellationToken cancellationToken);

    /// <summary>The mailings in order of creation.</summary>
    IAsyncEnumerable<LedgerMailing> ListMailingsAsync(bool unfinishedOnly, CancellationToken cancellationToken);

    /// <summary>The recorded outcomes of a mailing, in the order of recording, after a position (0 = from the start).</summary>
    IAsyncEnumerable<LedgerOutcome> ReadOutcomesAsync(MailingId mailing, long after, CancellationToken cancellationToken);

    /// <summary>The slices of a mailing with what became of each position.</summary>
    IAsyncEnumerable<LedgerSlice> ReadSlicesAsync(MailingId mailing, CancellationToken cancellationToken);

    /// <summary>Where one recipient stands, or null when there is none with this ordinal.</summary>
    ValueTask<LedgerRecipient?> FindRecipientAsync(MailingId mailing, long ordinal, CancellationToken cancellationToken);

    /// <summary>
    /// Changes final outcomes, all or none: who was in doubt is decided, who was refused together with everybody else
    /// is given back. Each named position must have its expected kind, and stand behind its slice's settled position
    /// (what a claim still holds may be taken over, and would come twice). Positions set to
    /// <see cref="OutcomeKind.NotSent"/> come again in <paramref name="children"/>; a finished mailing is open again
    /// then, but on a cancelled one the children are Cancelled.
    /// </summary>
    /// <returns>False when some position was not as expected; nothing changed then.</returns>
    /// <exception cref="InvalidOperationException">The children are not exactly the positions set to NotSent; nothing changed.</exception>
    ValueTask<bool> ReviseAsync(
        MailingId mailing, IReadOnlyList<RevisedPosition> positions, IReadOnlyList<NewChildSlice> children, CancellationToken cancellationToken);

    /// <summary>Adds what came later: receipts, bounces, complaints. Repeating one (recipient, kind, time) changes nothing; one for a mailing that is gone is ignored.</summary>
    ValueTask RecordEventsAsync(IReadOnlyList<RecipientEvent> events, CancellationToken cancellationToken);

    /// <summary>The recipient that a provider knows by this key, or null.</summary>
    ValueTask<RecipientKey?> FindByProviderKeyAsync(string providerKey, CancellationToken cancellationToken);

    /// <summary>Deletes mailings that finished at least this long ago, with everything that is kept of them.</summary>
    /// <returns>The number of mailings deleted.</returns>
    ValueTask<int> PurgeAsync(TimeSpan finishedSince, CancellationToken cancellationToken);

    /// <summary>A session for one dispatcher of one process: the owner of what it claims.</summary>
    ValueTask<ILedgerSession> OpenSessionAsync(CancellationToken cancellationToken);
}
