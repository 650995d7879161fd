namespace SuperMail.Dispatch.Sqlite;

/// <summary>A dispatcher's access to the SQLite ledger.</summary>
internal sealed class SqliteSession : ILedgerSession
{
    private readonly LedgerStore _store;
    private readonly SliceClaims _claims;
    private readonly SliceEnd _ends;
    private int _disposed;

    public SqliteSession(LedgerStore store)
    {
        _store = store;
        _claims = new SliceClaims(store);
        _ends = new SliceEnd(store);
        store.Sessions.Open(InstanceId);
    }

    public string InstanceId { get; } = Guid.CreateVersion7().ToString("N");

    public ValueTask<Heartbeat> HeartbeatAsync(IReadOnlyList<LaneGrant> wishes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfDisposed();
        return new(new Heartbeat(_store.Sessions.Lease, _store.Sessions.Beat(InstanceId), [.. wishes]));
    }

    public ValueTask<IReadOnlyList<ReadyMailing>> ListReadyAsync(string lane, int max, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfDisposed();
        return new(_store.Readers.Read(database => ReadyMailings.List(database, _store.Time.GetUtcNow(), lane, max)));
    }

    public ValueTask<IReadOnlyList<ClaimedSlice>> ClaimAsync(MailingId mailing, int max, CancellationToken cancellationToken) =>
        ApplyAsync(scope => SliceClaims.Claim(scope, InstanceId, mailing, max), cancellationToken);

    public async ValueTask<IReadOnlyList<ClaimedSlice>> RecoverAsync(string lane, int max, CancellationToken cancellationToken)
    {
        var slices = await ApplyAsync(scope => _claims.Recover(scope, InstanceId, lane, max), cancellationToken).ConfigureAwait(false);
        return _store.Recorder is { } recorder ? [.. slices.Select(recorder.BearWitness)] : slices;
    }

    public ValueTask<IReadOnlyList<BeginResult>> BeginAsync(IReadOnlyList<SliceRange> ranges, CancellationToken cancellationToken)
    {
        _store.Recorder?.Begins(ranges);
        return ApplyAsync(scope => WindowBegin.Apply(scope, ranges), cancellationToken);
    }

    public IWireRecord? OpenWireRecord(ClaimedSlice slice)
    {
        ArgumentNullException.ThrowIfNull(slice);
        return _store.Recorder?.Open(slice.Ref, slice.Count);
    }

    public async ValueTask RecordAsync(IReadOnlyList<OutcomeRange> outcomes, CancellationToken cancellationToken) =>
        await ApplyAsync(scope => OutcomeRecording.Apply(scope, outcomes), cancellationToken, Haste.WithOthers).ConfigureAwait(false);

    public async ValueTask<CompletionResult> CompleteAsync(SliceCompletion completion, CancellationToken cancellationToken)
    {
        var result = await ApplyAsync(scope => _ends.Complete(scope, completion), cancellationToken).ConfigureAwait(false);
        if (!result.Fenced)
        {
            _store.Recorder?.Close(completion.Slice);
        }

        return result;
    }

    public ValueTask<long> WaitForWorkAsync(string lane, long seen, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfDisposed();
        return _store.Lanes.WaitAsync(lane, seen, cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _store.Sessions.Close(InstanceId);

            // What it held can be taken over now.
            _store.Lanes.AllChanged();
        }

        return ValueTask.CompletedTask;
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) == 1, this);

    private ValueTask<T> ApplyAsync<T>(Func<WriteScope, T> operation, CancellationToken cancellationToken, Haste haste = Haste.Now)
    {
        ThrowIfDisposed();
        return _store.Writer.ApplyAsync(operation, cancellationToken, haste);
    }
}
