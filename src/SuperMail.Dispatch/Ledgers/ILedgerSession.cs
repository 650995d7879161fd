namespace SuperMail.Dispatch;

/// <summary>One dispatcher's access to the work in a ledger. Safe for several threads at once.</summary>
/// <remarks>
/// Fencing: a claim raises the slice's generation; begin, record and complete name it; a stale owner changes nothing.
/// Disposing gives up the lease: what was claimed and not completed is recovered by the next session.
/// </remarks>
public interface ILedgerSession : IAsyncDisposable
{
    /// <summary>New for each session, unique over hosts.</summary>
    string InstanceId { get; }

    /// <summary>
    /// Renews the lease and brings news: changed controls, and each lane's share. A late one keeps what nobody has
    /// taken over meanwhile.
    /// </summary>
    ValueTask<Heartbeat> HeartbeatAsync(IReadOnlyList<LaneGrant> wishes, CancellationToken cancellationToken);

    /// <summary>The mailings of a lane that have slices to claim now, oldest first: due, not paused, past their not-before, sealed unless they may be sent before.</summary>
    ValueTask<IReadOnlyList<ReadyMailing>> ListReadyAsync(string lane, int max, CancellationToken cancellationToken);

    /// <summary>
    /// Claims up to <paramref name="max"/> slices of one mailing that are due: children first, by due time and number,
    /// then the others by number. None when the mailing is not ready or not there.
    /// </summary>
    ValueTask<IReadOnlyList<ClaimedSlice>> ClaimAsync(MailingId mailing, int max, CancellationToken cancellationToken);

    /// <summary>
    /// Claims slices whose owner's lease has run out, begun positions and all. For positions between settled and begun
    /// the recorded outcomes are given; where there is none, a process ended between begin and outcome. Also of paused
    /// and cancelled mailings; never of a live session, never the caller's own.
    /// </summary>
    ValueTask<IReadOnlyList<ClaimedSlice>> RecoverAsync(string lane, int max, CancellationToken cancellationToken);

    /// <summary>
    /// Begins ranges before their first byte leaves, in one transaction. Of one slice, ranges come in position order
    /// without gaps. Each range is judged alone: fenced, then paused (a cancelled mailing counts as paused), else begun.
    /// A range behind one that was held back in the same call is held back too, not out of order.
    /// </summary>
    /// <returns>One result for each range, in order.</returns>
    /// <exception cref="InvalidOperationException">A held range is out of order or beyond its slice: nothing was begun.</exception>
    ValueTask<IReadOnlyList<BeginResult>> BeginAsync(IReadOnlyList<SliceRange> ranges, CancellationToken cancellationToken);

    /// <summary>
    /// Records outcomes of begun positions, each once under a claim; the same range said again changes nothing. A range
    /// of a stale generation is kept as evidence and changes no state; one of a mailing that is gone is ignored.
    /// </summary>
    /// <exception cref="InvalidOperationException">A position was not begun under this claim, or has another outcome already.</exception>
    ValueTask RecordAsync(IReadOnlyList<OutcomeRange> outcomes, CancellationToken cancellationToken);

    /// <summary>
    /// Ends the claim on a slice: everything begun is recorded. The children (retries, not sent) become slices of their
    /// own; the rest of the slice, if any, is ready again. On a cancelled mailing the rest and the children are Cancelled.
    /// The mailing is finished in the same step if nothing is left.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// A begun position has no outcome, or the children are not exactly those recorded as Retry or NotSent since the
    /// slice was last settled; nothing changed.
    /// </exception>
    /// <exception cref="LedgerConflictException">The mailing was deleted meanwhile.</exception>
    ValueTask<CompletionResult> CompleteAsync(SliceCompletion completion, CancellationToken cancellationToken);

    /// <summary>
    /// Opens the record of what becomes of a claimed slice's messages on the wire; before anything of this claim is
    /// begun. The ledger ends it with the claim. Who opens one promises to note every message before it may leave:
    /// what is not noted counts as not left after the end of the process. Null when the ledger keeps none, or has no
    /// room: everything begun is in doubt then.
    /// </summary>
    IWireRecord? OpenWireRecord(ClaimedSlice slice) => null;

    /// <summary>
    /// Waits until something about a lane's work changed after <paramref name="seen"/>: slices to claim, controls,
    /// a due time, the end of a mailing.
    /// May return early, never late. Start with 0. The end of another's lease is no such change: ask
    /// <see cref="RecoverAsync"/> with each heartbeat.
    /// </summary>
    /// <returns>What to pass the next time.</returns>
    ValueTask<long> WaitForWorkAsync(string lane, long seen, CancellationToken cancellationToken);
}
