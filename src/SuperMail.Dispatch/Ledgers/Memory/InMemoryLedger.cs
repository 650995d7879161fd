namespace SuperMail.Dispatch.Ledgers;

/// <summary>
/// The default ledger: exact while the process lives, gone with it. It holds at most a set number of recipients of a
/// mailing that are not final, drops the data of those who are sent, and forgets a mailing some time after it finished
/// (by a timer, and at the latest with the next call).
/// </summary>
internal sealed class InMemoryLedger : IMailingLedger
{
    private const int MaxSliceCount = 500;

    private readonly MemoryStore _store;
    private readonly MailingReading _reading;

    /// <param name="time">The ledger's clock.</param>
    /// <param name="maxHeldRecipients"><see cref="MailingSettings.MaxHeldRecipients"/>.</param>
    /// <param name="keepFinished"><see cref="MailingSettings.KeepFinished"/>; null = 1 h.</param>
    /// <param name="lease">How long a session owns what it claimed without a heartbeat; null = 30 s.</param>
    public InMemoryLedger(TimeProvider time, int maxHeldRecipients = 10_000, TimeSpan? keepFinished = null, TimeSpan? lease = null)
    {
        _store = new MemoryStore(time, maxHeldRecipients, keepFinished ?? TimeSpan.FromHours(1), lease ?? TimeSpan.FromSeconds(30));
        _reading = new MailingReading(_store);
        Capabilities = new LedgerCapabilities { Durable = false, KeepsSentData = false, MaxHeldRecipients = maxHeldRecipients };
    }

    public LedgerCapabilities Capabilities { get; }

    public ValueTask<CreatedMailing> CreateMailingAsync(NewMailing mailing, CancellationToken cancellationToken)
    {
        lock (_store.Gate)
        {
            var now = Enter(cancellationToken);
            if (mailing.ExternalKey is { } key && _store.Shelf.FindByKey(key) is { } existing)
            {
                return new(new CreatedMailing(_store.Snapshot(existing, now), true));
            }

            var lane = _store.Lane(mailing.Lane);
            var created = new MemoryMailing(mailing, _store.Shelf.TakeOrder(), lane, now, _store.MaxHeld);
            _store.Shelf.Add(created);
            lane.Add(created);
            return new(new CreatedMailing(_store.Snapshot(created, now), false));
        }
    }

    public async ValueTask AppendSlicesAsync(
        MailingId mailing, long firstOrdinal, IReadOnlyList<NewSlice> slices, ReadOnlyMemory<byte> runningHash, CancellationToken cancellationToken)
    {
        var count = CountOf(slices);
        while (true)
        {
            Task room;
            lock (_store.Gate)
            {
                var now = Enter(cancellationToken);
                var found = _store.Shelf.Require(mailing);
                CheckAppend(found, firstOrdinal);

                // What is larger than the whole bound passes alone, so that it does not wait for ever.
                var fits = found.Held + count <= found.MaxHeld;
                if (fits || (found.Held == 0 && MayWait(found)))
                {
                    Append(found, slices, runningHash, now);
                    return;
                }

                room = MayWait(found) ? found.Room.Wait(count) : throw Full(found, count);
            }

            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask<LedgerMailing> SealAsync(MailingId mailing, CancellationToken cancellationToken)
    {
        lock (_store.Gate)
        {
            var now = Enter(cancellationToken);
            var found = _store.Shelf.Require(mailing);
            if (!found.Sealed && found.Desired != DesiredState.Cancel)
            {
                found.Seal();
                found.Room.Open();
                _store.Settle(found, now);
            }

            return new(_store.Snapshot(found, now));
        }
    }

    public ValueTask<LedgerMailing> SetDesiredStateAsync(
        MailingId mailing, DesiredState desired, string? reason, long? expectedVersion, CancellationToken cancellationToken)
    {
        lock (_store.Gate)
        {
            var now = Enter(cancellationToken);
            var found = _store.Shelf.Require(mailing);
            if (found.FinishedAt is not null || found.Desired == DesiredState.Cancel)
            {
                return new(_store.Snapshot(found, now));
            }

            if (expectedVersion is { } expected && expected != found.ControlVersion)
            {
                throw new LedgerConflictException(
                    $"Mailing {mailing} was changed meanwhile: control version {expected} was expected, it is {found.ControlVersion} ({found.Desired}).");
            }

            if (desired != found.Desired)
            {
                found.Want(desired, reason);
                Spread(found, now);
            }

            return new(_store.Snapshot(found, now));
        }
    }

    public ValueTask<LedgerMailing?> FindMailingAsync(MailingId mailing, CancellationToken cancellationToken)
    {
        lock (_store.Gate)
        {
            var now = Enter(cancellationToken);
            return new(_store.Shelf.TryFind(mailing, out var found) ? _store.Snapshot(found, now) : null);
        }
    }

    public ValueTask<LedgerMailing?> FindMailingByKeyAsync(string externalKey, CancellationToken cancellationToken)
    {
        lock (_store.Gate)
        {
            var now = Enter(cancellationToken);
            return new(_store.Shelf.FindByKey(externalKey) is { } found ? _store.Snapshot(found, now) : null);
        }
    }

    public IAsyncEnumerable<LedgerMailing> ListMailingsAsync(bool unfinishedOnly, CancellationToken cancellationToken)
    {
        lock (_store.Gate)
        {
            var now = Enter(cancellationToken);
            return _store.Shelf.InOrder
                .Where(mailing => !unfinishedOnly || mailing.FinishedAt is null)
                .Select(mailing => _store.Snapshot(mailing, now))
                .ToList()
                .ToAsyncEnumerable();
        }
    }

    public IAsyncEnumerable<LedgerOutcome> ReadOutcomesAsync(MailingId mailing, long after, CancellationToken cancellationToken) =>
        _reading.Outcomes(mailing, after, cancellationToken).ToAsyncEnumerable();

    public IAsyncEnumerable<LedgerSlice> ReadSlicesAsync(MailingId mailing, CancellationToken cancellationToken) =>
        _reading.Slices(mailing, cancellationToken).ToAsyncEnumerable();

    public ValueTask<LedgerRecipient?> FindRecipientAsync(MailingId mailing, long ordinal, CancellationToken cancellationToken)
    {
        lock (_store.Gate)
        {
            Enter(cancellationToken);
            return new(_store.Shelf.TryFind(mailing, out var found) ? MailingReading.Recipient(found, ordinal) : null);
        }
    }

    public ValueTask<bool> ReviseAsync(
        MailingId mailing, IReadOnlyList<RevisedPosition> positions, IReadOnlyList<NewChildSlice> children, CancellationToken cancellationToken)
    {
        lock (_store.Gate)
        {
            var now = Enter(cancellationToken);
            return new(_store.Shelf.TryFind(mailing, out var found)
                && new OutcomeRevision(_store).Revise(found, positions, children, now));
        }
    }

    public ValueTask RecordEventsAsync(IReadOnlyList<RecipientEvent> events, CancellationToken cancellationToken)
    {
        lock (_store.Gate)
        {
            Enter(cancellationToken);
            foreach (var happened in events)
            {
                // A receipt may come for a mailing that is no longer kept.
                if (_store.Shelf.TryFind(happened.Recipient.Mailing, out var found))
                {
                    found.Notes.Add(happened);
                }
            }

            return ValueTask.CompletedTask;
        }
    }

    public ValueTask<RecipientKey?> FindByProviderKeyAsync(string providerKey, CancellationToken cancellationToken)
    {
        lock (_store.Gate)
        {
            Enter(cancellationToken);
            return new(_store.Shelf.FindByProviderKey(providerKey));
        }
    }

    public ValueTask<int> PurgeAsync(TimeSpan finishedSince, CancellationToken cancellationToken)
    {
        lock (_store.Gate)
        {
            return new(_store.Shelf.DropFinished(Enter(cancellationToken) - finishedSince));
        }
    }

    public ValueTask<ILedgerSession> OpenSessionAsync(CancellationToken cancellationToken)
    {
        lock (_store.Gate)
        {
            var session = new InMemorySession(_store, Enter(cancellationToken) + _store.Lease);
            _store.Sessions.Add(session);
            return new(session);
        }
    }

    public ValueTask DisposeAsync()
    {
        _store.Dispose();
        return ValueTask.CompletedTask;
    }

    private DateTimeOffset Enter(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var now = _store.Enter();
        _store.Shelf.DropExpired(now);
        return now;
    }

    private static long CountOf(IReadOnlyList<NewSlice> slices)
    {
        foreach (var slice in slices)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(slice.Count, 1, nameof(slices));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(slice.Count, MaxSliceCount, nameof(slices));
        }

        return slices.Sum(slice => (long)slice.Count);
    }

    private static void CheckAppend(MemoryMailing mailing, long firstOrdinal)
    {
        var why = mailing switch
        {
            { Desired: DesiredState.Cancel } => "is cancelled and takes no more recipients",
            { Sealed: true } => "is sealed and takes no more recipients",
            _ when firstOrdinal != mailing.Accepted => $"has accepted {mailing.Accepted} recipients; recipient {firstOrdinal} cannot be the next",
            _ => null,
        };
        if (why is not null)
        {
            throw new LedgerConflictException($"Mailing {mailing.Created.Id} {why}.");
        }
    }

    private static bool MayWait(MemoryMailing mailing) => mailing.Created is { SendBeforeSeal: true, NotBefore: null };

    private static MailingRefusedException Full(MemoryMailing mailing, long more) => new(
        $"Mailing '{mailing.Created.Name}' has {mailing.Held} recipients and {more} more would pass MaxHeldRecipients ({mailing.MaxHeld}): "
        + "the in-memory ledger must hold all of a mailing that is not sent while it is read (EnqueueAsync, or NotBefore is set). "
        + "Raise MaxHeldRecipients, use SendAsync without NotBefore, or use a durable ledger.");

    private void Append(MemoryMailing mailing, IReadOnlyList<NewSlice> slices, ReadOnlyMemory<byte> runningHash, DateTimeOffset now)
    {
        foreach (var slice in slices)
        {
            mailing.Queue.Add(mailing.Append(slice), now);
        }

        mailing.SetRunningHash(runningHash);
        _store.Settle(mailing, now);
    }

    /// <summary>Tells a changed control to whom it concerns, and applies a cancel.</summary>
    private void Spread(MemoryMailing mailing, DateTimeOffset now)
    {
        var change = new ControlChange(mailing.Created.Id, mailing.Desired, mailing.ControlVersion, mailing.Reason);
        foreach (var session in _store.Sessions)
        {
            session.Tell(change);
        }

        if (mailing.Desired == DesiredState.Cancel)
        {
            SliceClosing.CancelOpen(mailing, now);
            mailing.Room.Open();
        }

        mailing.Lane.Changed();
        _store.Settle(mailing, now);
    }
}
