using System.Runtime.CompilerServices;

namespace SuperMail.Dispatch.Sqlite;

/// <summary>The ledger in a SQLite file: writes go through one thread, reads see what is committed.</summary>
internal sealed class SqliteLedger : IMailingLedger
{
    private readonly LedgerStore _store;
    private readonly MailingAdmission _admission;
    private readonly MailingControl _control;
    private readonly OutcomeRevision _revision;
    private readonly Task _leaving;

    private SqliteLedger(LedgerStore store)
    {
        _store = store;
        _admission = new MailingAdmission(store);
        _control = new MailingControl(store);
        _revision = new OutcomeRevision(store, new SliceEnd(store));
        Capabilities = new LedgerCapabilities { Durable = true, KeepsSentData = !store.Options.DeleteRecipientsWhenFinished };
        _leaving = store.HasLeaving ? DeleteLeavingAsync(CancellationToken.None) : Task.CompletedTask;
    }

    public LedgerCapabilities Capabilities { get; }

    /// <summary>True when the file was restored from an older copy, and its unfinished mailings were paused.</summary>
    public bool IsOlderCopy => _store.IsOlderCopy;

    /// <summary>Opens the file, or makes it.</summary>
    /// <exception cref="SqliteLedgerException">The file is in use, no ledger, of a newer version, or cannot be read.</exception>
    /// <param name="options">Where, and how.</param>
    /// <param name="time">The ledger's clock.</param>
    /// <param name="origin">Who writes the recorder from now on, by the ledger's identity; null = this process.</param>
    public static SqliteLedger Open(SqliteLedgerOptions options, TimeProvider time, Func<Guid, RecorderOrigin?>? origin = null) =>
        new(LedgerStore.Open(options, time, origin));

    public ValueTask<CreatedMailing> CreateMailingAsync(NewMailing mailing, CancellationToken cancellationToken) =>
        _store.Writer.ApplyAsync(scope => _admission.Create(scope, mailing), cancellationToken);

    public async ValueTask AppendSlicesAsync(
        MailingId mailing, long firstOrdinal, IReadOnlyList<NewSlice> slices, ReadOnlyMemory<byte> runningHash, CancellationToken cancellationToken)
    {
        MailingAdmission.CheckSizes(slices);
        await _store.Writer.ApplyAsync(scope => _admission.Append(scope, mailing, firstOrdinal, slices, runningHash), cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<LedgerMailing> SealAsync(MailingId mailing, CancellationToken cancellationToken) =>
        _store.Writer.ApplyAsync(scope => _admission.Seal(scope, mailing), cancellationToken);

    public ValueTask<LedgerMailing> SetDesiredStateAsync(
        MailingId mailing, DesiredState desired, string? reason, long? expectedVersion, CancellationToken cancellationToken) =>
        _store.Writer.ApplyAsync(scope => _control.Set(scope, mailing, desired, reason, expectedVersion), cancellationToken);

    public ValueTask<LedgerMailing?> FindMailingAsync(MailingId mailing, CancellationToken cancellationToken) =>
        Read(database => _store.Snapshots.Find(database, mailing), cancellationToken);

    public ValueTask<LedgerMailing?> FindMailingByKeyAsync(string externalKey, CancellationToken cancellationToken) =>
        Read(database => _store.Snapshots.FindByKey(database, externalKey), cancellationToken);

    public async IAsyncEnumerable<LedgerMailing> ListMailingsAsync(bool unfinishedOnly, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = 0L;
        while (await Read(database => _store.Snapshots.Next(database, after, unfinishedOnly), cancellationToken).ConfigureAwait(false) is { } next)
        {
            yield return next.Mailing;
            after = next.No;
        }
    }

    public async IAsyncEnumerable<LedgerOutcome> ReadOutcomesAsync(
        MailingId mailing, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await Read(database => OutcomeReading.Read(database, mailing, after), cancellationToken).ConfigureAwait(false) is [.., var last] rows)
        {
            foreach (var row in rows)
            {
                yield return row;
            }

            after = last.Position;
        }
    }

    public async IAsyncEnumerable<LedgerSlice> ReadSlicesAsync(MailingId mailing, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = -1;
        while (await Read(database => SliceReading.Read(database, mailing, after), cancellationToken).ConfigureAwait(false) is [.., var last] slices)
        {
            foreach (var slice in slices)
            {
                yield return slice;
            }

            after = last.SliceNo;
        }
    }

    public ValueTask<LedgerRecipient?> FindRecipientAsync(MailingId mailing, long ordinal, CancellationToken cancellationToken) =>
        Read(database => RecipientReading.Find(database, mailing, ordinal), cancellationToken);

    public ValueTask<bool> ReviseAsync(
        MailingId mailing, IReadOnlyList<RevisedPosition> positions, IReadOnlyList<NewChildSlice> children, CancellationToken cancellationToken) =>
        _store.Writer.ApplyAsync(scope => _revision.Apply(scope, mailing, positions, children), cancellationToken);

    public async ValueTask RecordEventsAsync(IReadOnlyList<RecipientEvent> events, CancellationToken cancellationToken) =>
        await _store.Writer.ApplyAsync(scope => RecipientEvents.Add(scope, events), cancellationToken).ConfigureAwait(false);

    public ValueTask<RecipientKey?> FindByProviderKeyAsync(string providerKey, CancellationToken cancellationToken) =>
        Read(database => RecipientEvents.FindByKey(database, providerKey), cancellationToken);

    public async ValueTask<int> PurgeAsync(TimeSpan finishedSince, CancellationToken cancellationToken)
    {
        var count = await _store.Writer.ApplyAsync(scope => MailingPurge.Begin(scope, finishedSince), cancellationToken).ConfigureAwait(false);
        await DeleteLeavingAsync(cancellationToken).ConfigureAwait(false);
        return count;
    }

    public ValueTask<ILedgerSession> OpenSessionAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(new SqliteSession(_store));
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync().ConfigureAwait(false);
        await _leaving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // closed or failed: the next start goes on
    }

    /// <summary>A part at a time, so that others come between.</summary>
    private async Task DeleteLeavingAsync(CancellationToken cancellationToken)
    {
        while (await _store.Writer.ApplyAsync(MailingPurge.GoOn, cancellationToken).ConfigureAwait(false))
        {
            // There is more.
        }
    }

    // Reads are short and from memory, as a rule: not worth another thread.
    private ValueTask<T> Read<T>(Func<Database, T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(_store.Readers.Read(read));
    }
}
