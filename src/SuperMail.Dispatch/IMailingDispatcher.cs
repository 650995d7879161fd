namespace SuperMail.Dispatch;

/// <summary>
/// Sends mailings. Registered by <c>AddMailingDispatch</c>; one instance for all threads. Disposing aborts at once,
/// disposing asynchronously drains up to <see cref="MailingSettings.DrainTimeout"/>.
/// </summary>
public interface IMailingDispatcher : IAsyncDisposable, IDisposable
{
    /// <summary>
    /// Sends a mailing while its recipients are read, and returns when every recipient is final (in doubt is final), or
    /// after the first pass if the options say so.
    /// </summary>
    /// <param name="mailing">What goes out, to whom.</param>
    /// <param name="options">How far to wait; null = until everybody is final.</param>
    /// <param name="progress">Told at most ten times a second, and once at the end.</param>
    /// <param name="cancellationToken">Cancels the mailing: nothing new leaves, what is on the wire is drained.</param>
    /// <exception cref="MailingRefusedException">Refused at the door: nothing was sent.</exception>
    /// <exception cref="MailingPausedException">The library paused it (refused login, everybody refused alike, …), with reason and report.</exception>
    /// <exception cref="MailingCanceledException">The token was cancelled; with the report.</exception>
    /// <exception cref="RecipientsFailedException">The recipients' sequence threw; with the report of what was accepted before.</exception>
    Task<MailingReport> SendAsync(
        Mailing mailing, SendOptions? options = null, IProgress<MailingProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads the recipients, stores the mailing and returns; nothing leaves before all are read. The background sends it;
    /// with a durable ledger it survives the host.
    /// </summary>
    /// <exception cref="MailingRefusedException">Refused at the door, or more recipients than the ledger holds: nothing is sent.</exception>
    /// <exception cref="RecipientsFailedException">The recipients' sequence threw; nothing is sent.</exception>
    Task<MailingId> EnqueueAsync(Mailing mailing, CancellationToken cancellationToken = default);

    /// <summary>Waits until every recipient is final. The token ends only the wait.</summary>
    /// <exception cref="MailingPausedException">The library paused it.</exception>
    /// <exception cref="KeyNotFoundException">There is no such mailing.</exception>
    Task<MailingReport> WaitAsync(MailingId mailing, CancellationToken cancellationToken = default);

    /// <summary>Where a mailing stands.</summary>
    /// <exception cref="KeyNotFoundException">There is no such mailing.</exception>
    Task<MailingStatus> GetStatusAsync(MailingId mailing, CancellationToken cancellationToken = default);

    /// <summary>The mailings that the ledger knows, oldest first.</summary>
    IAsyncEnumerable<MailingReport> ListAsync(bool unfinishedOnly = false, CancellationToken cancellationToken = default);

    /// <summary>Nothing new of the mailing leaves until <see cref="ResumeAsync"/>; what is on the wire ends as it would.</summary>
    /// <exception cref="KeyNotFoundException">There is no such mailing.</exception>
    Task PauseAsync(MailingId mailing, CancellationToken cancellationToken = default);

    /// <summary>Lets a paused mailing go on, whoever paused it.</summary>
    /// <exception cref="KeyNotFoundException">There is no such mailing.</exception>
    Task ResumeAsync(MailingId mailing, CancellationToken cancellationToken = default);

    /// <summary>
    /// Cancels a mailing: what has not left becomes Cancelled, what is on the wire is drained up to
    /// <see cref="MailingSettings.DrainTimeout"/>, then its connections are cut.
    /// </summary>
    /// <returns>The account at its end.</returns>
    /// <exception cref="KeyNotFoundException">There is no such mailing.</exception>
    Task<MailingReport> CancelAsync(MailingId mailing, CancellationToken cancellationToken = default);

    /// <summary>Sends a finished mailing again, as a linked mailing with new message ids.</summary>
    /// <exception cref="MailingRefusedException">It is not finished, nobody is left to send to, or the ledger no longer holds their data.</exception>
    /// <exception cref="KeyNotFoundException">There is no such mailing.</exception>
    Task<MailingId> ResendAsync(MailingId mailing, ResendSelection selection, CancellationToken cancellationToken = default);

    /// <summary>The recorded outcomes in the order of recording; ends with the last one recorded so far.</summary>
    /// <exception cref="KeyNotFoundException">There is no such mailing.</exception>
    IAsyncEnumerable<RecipientOutcome> GetOutcomesAsync(MailingId mailing, OutcomeFilter? filter = null, CancellationToken cancellationToken = default);

    /// <summary>Where one recipient stands, or null when the mailing has none with this ordinal.</summary>
    Task<RecipientStatus?> GetRecipientAsync(MailingId mailing, long ordinal, CancellationToken cancellationToken = default);

    /// <summary>Decides recipients that are in doubt.</summary>
    /// <param name="mailing">The mailing.</param>
    /// <param name="decision">What becomes of them.</param>
    /// <param name="ordinals">Which ones; null = all of the mailing that are in doubt now.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many were decided.</returns>
    Task<int> ResolveInDoubtAsync(
        MailingId mailing, InDoubtDecision decision, IReadOnlyCollection<long>? ordinals = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes delivery receipts in: each is recorded as an event of the recipient whose message the provider knows by the
    /// receipt's key. A final one is never demoted by what comes late or again; one whose key is not known (yet) is kept
    /// for a while and recorded as soon as it is.
    /// </summary>
    /// <returns>How many were recorded, kept and ignored.</returns>
    Task<SmsReceiptAccount> RecordReceiptsAsync(IReadOnlyList<SmsReceipt> receipts, CancellationToken cancellationToken = default);

    /// <summary>Adds what came after an outcome: receipts, bounces, complaints. Repeating one changes nothing.</summary>
    Task RecordEventsAsync(IReadOnlyList<RecipientEvent> events, CancellationToken cancellationToken = default);

    /// <summary>Deletes mailings that finished at least this long ago, personal data and all.</summary>
    /// <returns>How many were deleted.</returns>
    Task<int> PurgeAsync(TimeSpan olderThan, CancellationToken cancellationToken = default);
}
