namespace SuperMail.Dispatch.Tests.Hosting;

/// <summary>A ledger whose disk fills up: the session's operations throw from a given moment on.</summary>
internal sealed class FailingLedger(IMailingLedger inner, Func<string, bool> fails) : IMailingLedger
{
    public LedgerCapabilities Capabilities => inner.Capabilities;

    public ValueTask<CreatedMailing> CreateMailingAsync(NewMailing mailing, CancellationToken cancellationToken) => inner.CreateMailingAsync(mailing, cancellationToken);

    public ValueTask AppendSlicesAsync(
        MailingId mailing, long firstOrdinal, IReadOnlyList<NewSlice> slices, ReadOnlyMemory<byte> runningHash, CancellationToken cancellationToken) =>
        inner.AppendSlicesAsync(mailing, firstOrdinal, slices, runningHash, cancellationToken);

    public ValueTask<LedgerMailing> SealAsync(MailingId mailing, CancellationToken cancellationToken) => inner.SealAsync(mailing, cancellationToken);

    public ValueTask<LedgerMailing> SetDesiredStateAsync(
        MailingId mailing, DesiredState desired, string? reason, long? expectedVersion, CancellationToken cancellationToken) =>
        inner.SetDesiredStateAsync(mailing, desired, reason, expectedVersion, cancellationToken);

    public ValueTask<LedgerMailing?> FindMailingAsync(MailingId mailing, CancellationToken cancellationToken) => inner.FindMailingAsync(mailing, cancellationToken);

    public ValueTask<LedgerMailing?> FindMailingByKeyAsync(string externalKey, CancellationToken cancellationToken) =>
        inner.FindMailingByKeyAsync(externalKey, cancellationToken);

    public IAsyncEnumerable<LedgerMailing> ListMailingsAsync(bool unfinishedOnly, CancellationToken cancellationToken) =>
        inner.ListMailingsAsync(unfinishedOnly, cancellationToken);

    public IAsyncEnumerable<LedgerOutcome> ReadOutcomesAsync(MailingId mailing, long after, CancellationToken cancellationToken) =>
        inner.ReadOutcomesAsync(mailing, after, cancellationToken);

    public IAsyncEnumerable<LedgerSlice> ReadSlicesAsync(MailingId mailing, CancellationToken cancellationToken) => inner.ReadSlicesAsync(mailing, cancellationToken);

    public ValueTask<LedgerRecipient?> FindRecipientAsync(MailingId mailing, long ordinal, CancellationToken cancellationToken) =>
        inner.FindRecipientAsync(mailing, ordinal, cancellationToken);

    public ValueTask<bool> ReviseAsync(
        MailingId mailing, IReadOnlyList<RevisedPosition> positions, IReadOnlyList<NewChildSlice> children, CancellationToken cancellationToken) =>
        inner.ReviseAsync(mailing, positions, children, cancellationToken);

    public ValueTask RecordEventsAsync(IReadOnlyList<RecipientEvent> events, CancellationToken cancellationToken) => inner.RecordEventsAsync(events, cancellationToken);

    public ValueTask<RecipientKey?> FindByProviderKeyAsync(string providerKey, CancellationToken cancellationToken) =>
        inner.FindByProviderKeyAsync(providerKey, cancellationToken);

    public ValueTask<int> PurgeAsync(TimeSpan finishedSince, CancellationToken cancellationToken) => inner.PurgeAsync(finishedSince, cancellationToken);

    public async ValueTask<ILedgerSession> OpenSessionAsync(CancellationToken cancellationToken) =>
        new Session(await inner.OpenSessionAsync(cancellationToken), fails);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private sealed class Session(ILedgerSession inner, Func<string, bool> fails) : ILedgerSession
    {
        public string InstanceId => inner.InstanceId;

        public ValueTask<Heartbeat> HeartbeatAsync(IReadOnlyList<LaneGrant> wishes, CancellationToken cancellationToken)
        {
            ThrowIfFull(nameof(HeartbeatAsync));
            return inner.HeartbeatAsync(wishes, cancellationToken);
        }

        public ValueTask<IReadOnlyList<ReadyMailing>> ListReadyAsync(string lane, int max, CancellationToken cancellationToken)
        {
            ThrowIfFull(nameof(ListReadyAsync));
            return inner.ListReadyAsync(lane, max, cancellationToken);
        }

        public ValueTask<IReadOnlyList<ClaimedSlice>> ClaimAsync(MailingId mailing, int max, CancellationToken cancellationToken)
        {
            ThrowIfFull(nameof(ClaimAsync));
            return inner.ClaimAsync(mailing, max, cancellationToken);
        }

        public ValueTask<IReadOnlyList<ClaimedSlice>> RecoverAsync(string lane, int max, CancellationToken cancellationToken) =>
            inner.RecoverAsync(lane, max, cancellationToken);

        public ValueTask<IReadOnlyList<BeginResult>> BeginAsync(IReadOnlyList<SliceRange> ranges, CancellationToken cancellationToken)
        {
            ThrowIfFull(nameof(BeginAsync));
            return inner.BeginAsync(ranges, cancellationToken);
        }

        public ValueTask RecordAsync(IReadOnlyList<OutcomeRange> outcomes, CancellationToken cancellationToken)
        {
            ThrowIfFull(nameof(RecordAsync));
            return inner.RecordAsync(outcomes, cancellationToken);
        }

        public ValueTask<CompletionResult> CompleteAsync(SliceCompletion completion, CancellationToken cancellationToken)
        {
            ThrowIfFull(nameof(CompleteAsync));
            return inner.CompleteAsync(completion, cancellationToken);
        }

        public ValueTask<long> WaitForWorkAsync(string lane, long seen, CancellationToken cancellationToken) =>
            inner.WaitForWorkAsync(lane, seen, cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();

        private void ThrowIfFull(string operation)
        {
            if (fails(operation))
            {
                throw new IOException($"{operation}: no space left on device");
            }
        }
    }
}
