using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Delivery;
using SuperMail.Dispatch.Ledgers;
using SuperMail.Dispatch.Reports;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch;

/// <summary>The dispatcher: lets mailings in, has them read, and gives account. The sending itself is the engine's.</summary>
internal sealed class MailingDispatcher : IMailingDispatcher
{
    private readonly EnginePorts _ports;
    private readonly MailingDoor _door;
    private readonly RecipientReading _reading;
    private readonly MailingResend _resend;

    public MailingDispatcher(EnginePorts ports)
    {
        _ports = ports;
        Engine = new DeliveryEngine(ports);
        _door = new MailingDoor(ports);
        _reading = new RecipientReading(ports, Engine);
        _resend = new MailingResend(ports);
    }

    public DeliveryEngine Engine { get; }

    private IMailingLedger Ledger => _ports.Ledger;

    private TimeSpan DrainTimeout => _ports.Settings().DrainTimeout;

    public async Task<MailingReport> SendAsync(
        Mailing mailing, SendOptions? options = null, IProgress<MailingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(mailing);
        await Engine.StartAsync(cancellationToken).ConfigureAwait(false);
        using var readingEnds = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var admitted = await _door.AdmitAsync(mailing, sendBeforeSeal: true, Engine.InstanceId, readingEnds.Token).ConfigureAwait(false);
        var id = admitted.Mailing.Id;
        var firstPass = options?.Until is SendUntil.FirstPass;
        var listener = Engine.Progress.Listen(id, progress);

        var reading = _reading.ReadAsync(admitted, mailing.DuplicateDetection, readingEnds.Token);
        try
        {
            var ending = Engine.WhenAsync(id, m => m.IsFinished || IsPausedByLibrary(m) || (firstPass && IsThroughOnce(m)), cancellationToken);
            if (await Task.WhenAny(reading, ending).ConfigureAwait(false) == reading && !await IsCutOffAsync(reading, id).ConfigureAwait(false))
            {
                await reading.ConfigureAwait(false);
                _ports.Log.MailingAccepted(id.ToString(), mailing.Name, (await FindAsync(id, CancellationToken.None).ConfigureAwait(false)).Counts.Accepted);
            }

            var ended = await ending.ConfigureAwait(false);
            if (!ended.IsFinished && IsPausedByLibrary(ended))
            {
                await EndReadingAsync(reading, readingEnds, mailing, id).ConfigureAwait(false);
                ended = await FindAsync(id, CancellationToken.None).ConfigureAwait(false);
                throw new MailingPausedException(Told(Report(ended), ended.Sealed));
            }

            if (ended.Desired is DesiredState.Cancel)
            {
                await readingEnds.CancelAsync().ConfigureAwait(false); // by another call: nobody wants the rest of the sequence
                return Told(Report(ended), isSealed: true);
            }

            await reading.ConfigureAwait(false);
            return Told(Report(ended), isSealed: true);
        }
        catch (RecipientSourceException fault)
        {
            var report = await EndUnreadAsync(mailing, id).ConfigureAwait(false);
            throw new RecipientsFailedException(Told(report, isSealed: mailing.ExternalKey is null), fault.InnerException!);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // ends by the same token
            throw new MailingCanceledException(Told(await CancelAsync(id, CancellationToken.None).ConfigureAwait(false), isSealed: true), cancellationToken);
        }
        catch (Exception fault) when (reading.IsFaulted && fault is not (MailingConflictException or LedgerConflictException))
        {
            await EndUnreadAsync(mailing, id).ConfigureAwait(false); // the caller hears that it failed: nothing of it may leave later
            throw;
        }
        finally
        {
            await readingEnds.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // its fault, if any, is on its way to the caller
            Engine.Progress.Leave(listener);
        }

        MailingReport Told(MailingReport report, bool isSealed)
        {
            Engine.Progress.End(listener, report, isSealed);
            return report;
        }
    }

    public async Task<MailingId> EnqueueAsync(Mailing mailing, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(mailing);
        await Engine.StartAsync(cancellationToken).ConfigureAwait(false);
        var admitted = await _door.AdmitAsync(mailing, sendBeforeSeal: false, Engine.InstanceId, cancellationToken).ConfigureAwait(false);
        var id = admitted.Mailing.Id;
        try
        {
            await _reading.ReadAsync(admitted, mailing.DuplicateDetection, cancellationToken).ConfigureAwait(false);
            _ports.Log.MailingAccepted(id.ToString(), mailing.Name, (await FindAsync(id, CancellationToken.None).ConfigureAwait(false)).Counts.Accepted);
            return id;
        }
        catch (RecipientSourceException fault)
        {
            throw new RecipientsFailedException(await EndUnreadAsync(mailing, id).ConfigureAwait(false), fault.InnerException!);
        }
        catch (Exception fault) when (fault is OperationCanceledException or MailingRefusedException and not MailingConflictException)
        {
            await EndUnreadAsync(mailing, id).ConfigureAwait(false);
            throw;
        }
    }

    public async Task<MailingReport> WaitAsync(MailingId mailing, CancellationToken cancellationToken = default)
    {
        await Engine.StartAsync(cancellationToken).ConfigureAwait(false);
        var ended = await Engine.WhenAsync(mailing, m => m.IsFinished || IsPausedByLibrary(m), cancellationToken).ConfigureAwait(false);
        return ended.IsFinished ? Report(ended) : throw new MailingPausedException(Report(ended));
    }

    public async Task<MailingStatus> GetStatusAsync(MailingId mailing, CancellationToken cancellationToken = default)
    {
        var found = await FindAsync(mailing, cancellationToken).ConfigureAwait(false);
        return new MailingStatus
        {
            Report = Report(found),
            Sealed = found.Sealed,
            NextDue = found.NextDue,
            Progress = Engine.Runs.TryGet(mailing, out var run) ? run.Progress() : null,
        };
    }

    public async IAsyncEnumerable<MailingReport> ListAsync(
        bool unfinishedOnly = false, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var mailing in Ledger.ListMailingsAsync(unfinishedOnly, cancellationToken).ConfigureAwait(false))
        {
            yield return Report(mailing);
        }
    }

    public async Task PauseAsync(MailingId mailing, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(mailing, cancellationToken).ConfigureAwait(false) is { Desired: DesiredState.Pause } paused && TimedPause.TimeIn(paused.Reason) is not null)
        {
            // A ledger leaves a pause that is wanted already as it is, and this one would end by itself: the host's own has no end.
            Engine.Hold(mailing);
            await Ledger.SetDesiredStateAsync(mailing, DesiredState.Run, null, null, cancellationToken).ConfigureAwait(false);
        }

        await HoldAsync(mailing, DesiredState.Pause, cancellationToken).ConfigureAwait(false);
        _ports.Log.MailingPausedByHost(mailing.ToString());
    }

    public async Task ResumeAsync(MailingId mailing, CancellationToken cancellationToken = default)
    {
        await FindAsync(mailing, cancellationToken).ConfigureAwait(false);
        await Engine.StartAsync(cancellationToken).ConfigureAwait(false);
        await Ledger.SetDesiredStateAsync(mailing, DesiredState.Run, null, null, cancellationToken).ConfigureAwait(false);
        Engine.LetGo(mailing);
        _ports.Log.MailingResumed(mailing.ToString());
    }

    public async Task<MailingReport> CancelAsync(MailingId mailing, CancellationToken cancellationToken = default)
    {
        await FindAsync(mailing, cancellationToken).ConfigureAwait(false);
        var cancelled = await HoldAsync(mailing, DesiredState.Cancel, cancellationToken).ConfigureAwait(false);
        _ports.Log.MailingCancelled(mailing.ToString());
        if (!cancelled.IsFinished)
        {
            using var deadline = new CancellationTokenSource(DrainTimeout, _ports.Time);
            await using var cut = deadline.Token.UnsafeRegister(_ => Engine.Abort(mailing), null).ConfigureAwait(false);
            cancelled = await Engine.WhenAsync(mailing, static m => m.IsFinished, cancellationToken).ConfigureAwait(false);
        }

        return Report(cancelled);
    }

    public async Task<MailingId> ResendAsync(MailingId mailing, ResendSelection selection, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(selection);
        var original = await FindAsync(mailing, cancellationToken).ConfigureAwait(false);
        await Engine.StartAsync(cancellationToken).ConfigureAwait(false);
        return (await _resend.ResendAsync(original, selection, cancellationToken).ConfigureAwait(false)).Id;
    }

    public async IAsyncEnumerable<RecipientOutcome> GetOutcomesAsync(
        MailingId mailing, OutcomeFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await FindAsync(mailing, cancellationToken).ConfigureAwait(false);
        filter ??= new OutcomeFilter();
        await foreach (var row in Ledger.ReadOutcomesAsync(mailing, filter.After, cancellationToken).ConfigureAwait(false))
        {
            for (var i = 0; i < row.Codes.Length; i++)
            {
                var (code, ordinal) = (row.Codes.Span[i], row.Ordinals.Span[i]);
                if (filter.States.Count == 0 || filter.States.Contains(code.ToState()))
                {
                    yield return new RecipientOutcome
                    {
                        Position = row.Position - row.Codes.Length + i + 1,
                        Ordinal = ordinal,
                        State = code.ToState(),
                        Reason = code.Reason,
                        At = row.At,
                        Failure = row.Failures.FirstOrDefault(f => f.Ordinal == ordinal),
                    };
                }
            }
        }
    }

    public async Task<RecipientStatus?> GetRecipientAsync(MailingId mailing, long ordinal, CancellationToken cancellationToken = default)
    {
        await FindAsync(mailing, cancellationToken).ConfigureAwait(false);
        if (await Ledger.FindRecipientAsync(mailing, ordinal, cancellationToken).ConfigureAwait(false) is not { } found)
        {
            return null;
        }

        return new RecipientStatus
        {
            Key = found.Key,
            Address = AddressOf(found),
            State = RecipientStates.Of(found.Code, found.Events),
            Reason = found.Code.Reason,
            At = found.At,
            Failure = found.Failure,
            Events = found.Events,
        };
    }

    public async Task<int> ResolveInDoubtAsync(
        MailingId mailing, InDoubtDecision decision, IReadOnlyCollection<long>? ordinals = null, CancellationToken cancellationToken = default)
    {
        await FindAsync(mailing, cancellationToken).ConfigureAwait(false);
        await Engine.StartAsync(cancellationToken).ConfigureAwait(false);
        return await _resend.ResolveAsync(mailing, decision, ordinals, cancellationToken).ConfigureAwait(false);
    }

    public Task<SmsReceiptAccount> RecordReceiptsAsync(IReadOnlyList<SmsReceipt> receipts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(receipts);
        return Engine.Receipts.RecordAsync(receipts, cancellationToken);
    }

    public async Task RecordEventsAsync(IReadOnlyList<RecipientEvent> events, CancellationToken cancellationToken = default) =>
        await Ledger.RecordEventsAsync(events, cancellationToken).ConfigureAwait(false);

    public async Task<int> PurgeAsync(TimeSpan olderThan, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(olderThan, TimeSpan.Zero);
        return await Ledger.PurgeAsync(olderThan, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>At host start: what a durable ledger holds goes on; what was being read without a key can never be completed and ends.</summary>
    public async Task ResumeUnfinishedAsync(CancellationToken cancellationToken)
    {
        if (!Ledger.Capabilities.Durable)
        {
            return;
        }

        var count = 0;
        await foreach (var mailing in Ledger.ListMailingsAsync(unfinishedOnly: true, cancellationToken).ConfigureAwait(false))
        {
            if (!mailing.Sealed && mailing.Created.ExternalKey is null && !_reading.IsReading(mailing.Id))
            {
                // Not waited for: what the ended process had claimed ends when the engine, not started yet, takes it over.
                var cancelled = await Ledger.SetDesiredStateAsync(mailing.Id, DesiredState.Cancel, null, null, cancellationToken).ConfigureAwait(false);
                _ports.Log.MailingCancelled(mailing.Id.ToString());
                count += cancelled.IsFinished ? 0 : 1;
            }
            else
            {
                count++;
            }
        }

        if (count > 0)
        {
            await Engine.StartAsync(cancellationToken).ConfigureAwait(false);
            _ports.Log.MailingsGoOn(count);
        }
    }

    public async Task StopAsync()
    {
        await Engine.StopAsync(DrainTimeout).ConfigureAwait(false);
        if (Ledger.Capabilities.Durable || !Engine.TrySayGoodbye())
        {
            return;
        }

        var left = 0L;
        await foreach (var mailing in Ledger.ListMailingsAsync(unfinishedOnly: true, CancellationToken.None).ConfigureAwait(false))
        {
            left += mailing.Counts.Accepted - mailing.Counts.Final;
        }

        if (left > 0)
        {
            _ports.Log.RecipientsLost(left);
        }
    }

    public void Dispose() => Engine.Abort();

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        await Engine.DisposeAsync().ConfigureAwait(false);
    }

    // The host's own pause has no reason; WaitAsync and SendAsync wait through it.
    private static bool IsPausedByLibrary(LedgerMailing mailing) => mailing is { Desired: DesiredState.Pause, Reason: not null };

    private static bool IsThroughOnce(LedgerMailing mailing) => mailing is { Sealed: true, Counts.Ready: 0 };

    private static string? AddressOf(LedgerRecipient recipient)
    {
        if (recipient.SliceData.IsEmpty)
        {
            return null;
        }

        var reader = new SliceReader(recipient.SliceData);
        reader.Skip(recipient.Position);
        return reader.TryRead(out var stored) ? stored.Address : null;
    }

    /// <summary>True when reading ended because another call cancelled the mailing: that is told by its report.</summary>
    private async ValueTask<bool> IsCutOffAsync(Task reading, MailingId id) =>
        reading.Exception?.InnerException is LedgerConflictException
        && await FindAsync(id, CancellationToken.None).ConfigureAwait(false) is { Desired: DesiredState.Cancel };

    /// <summary>The sequence is read no further although the mailing is paused, not over: without a key nobody can bring the rest.</summary>
    private async Task EndReadingAsync(Task reading, CancellationTokenSource ends, Mailing mailing, MailingId id)
    {
        await ends.CancelAsync().ConfigureAwait(false);
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // cancelled just now
        if (mailing.ExternalKey is null)
        {
            Engine.Completed(await Ledger.SealAsync(id, CancellationToken.None).ConfigureAwait(false));
        }
    }

    /// <summary>The sequence failed or was cancelled: with a key the same call may come again, without one the mailing ends here.</summary>
    private async Task<MailingReport> EndUnreadAsync(Mailing mailing, MailingId id) => mailing.ExternalKey is null
        ? await CancelAsync(id, CancellationToken.None).ConfigureAwait(false)
        : Report(await FindAsync(id, CancellationToken.None).ConfigureAwait(false));

    /// <summary>Holds back at once what is not on the wire yet, unless the ledger will not have it so.</summary>
    private async Task<LedgerMailing> HoldAsync(MailingId mailing, DesiredState desired, CancellationToken cancellationToken)
    {
        Engine.Hold(mailing);
        try
        {
            var held = await Ledger.SetDesiredStateAsync(mailing, desired, null, null, cancellationToken).ConfigureAwait(false);
            Engine.Completed(held);
            return held;
        }
        catch
        {
            Engine.LetGo(mailing);
            throw;
        }
    }

    private MailingReport Report(LedgerMailing mailing) =>
        MailingStates.Report(mailing, _ports.Time.GetUtcNow()) with { Pace = Engine.PaceOf(mailing.Created.Lane) };

    private async ValueTask<LedgerMailing> FindAsync(MailingId mailing, CancellationToken cancellationToken) =>
        await Ledger.FindMailingAsync(mailing, cancellationToken).ConfigureAwait(false)
            ?? throw new KeyNotFoundException($"There is no mailing {mailing} in the ledger.");
}
