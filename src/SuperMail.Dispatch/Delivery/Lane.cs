using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Ledgers;
using SuperMail.Dispatch.Outcomes;
using SuperMail.Dispatch.Partitioning;
using SuperMail.Dispatch.Reports;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Delivery;

/// <summary>
/// What every lane has, whatever it carries: the partitioner with its loop, the slots, the pauses and the errands that
/// they cause, a stop that drains. What a slot does with a turn is the carrier's.
/// </summary>
internal sealed class Lane : ILaneHost, IDisposable
{
    private readonly LaneSurroundings _around;
    private readonly ILedgerSession _session;
    private readonly ILaneCarrier _carrier;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<int, Task> _slots = [];
    private readonly List<Carry> _carries = [];
    private readonly List<Task> _errands = [];
    private Task _loop = Task.CompletedTask;
    private volatile MailingSettings _settings;
    private RetrySchedule _schedule = null!;

    public Lane(LaneSurroundings around, ILedgerSession session, ILaneCarrier carrier)
    {
        _around = around;
        _session = session;
        _carrier = carrier;
        _settings = around.Settings();
        TakeSettings();
        Partitioner = new LanePartitioner(carrier.Name, session, this, Share);
    }

    /// <summary>Something at work on a wire, so that it can be aborted when a drain takes too long.</summary>
    private sealed record Carry(ICarried Carried, CancellationTokenSource Abort);

    public string Name => _carrier.Name;

    public LanePartitioner Partitioner { get; }

    public MailingRuns Runs => _around.Runs;

    public TimeProvider Time => _around.Time;

    public ILogger Log => _around.Log;

    /// <summary>As they were when they last changed or the lane was made: not asked for anew with each message.</summary>
    public MailingSettings Settings => _settings;

    public bool IsStopping => _stop.IsCancellationRequested;

    /// <summary>Cancelled when nothing new may leave.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>True when the ledger or the engine failed: nothing may go on.</summary>
    public bool IsFaulted => _around.IsFaulted();

    /// <summary>What it asks the ledger for with each heartbeat.</summary>
    public LaneGrant Grant => new(Name, Share.Threads, Share.Maximum, _carrier.MessagesPerMinuteOf(Settings));

    private LaneShare Share => _carrier.ShareOf(Settings);

    public void Start()
    {
        _loop = Task.Run(RunLoopAsync);
        Partitioner.Recover();
        StartSlots();
    }

    /// <summary>New settings hold from the next turn on.</summary>
    public void Reconfigure()
    {
        TakeSettings();
        Partitioner.Configure(Share);
        StartSlots();
    }

    /// <summary>What a transient refusal heard now means for a recipient.</summary>
    public OutcomeCode TryAgain(in StoredRecipient recipient) =>
        Volatile.Read(ref _schedule).Judge(recipient.Attempts, recipient.FirstReply, Time.GetUtcNow());

    /// <summary>Pauses a mailing with a reason found by the library. Nothing more of it leaves from this call on.</summary>
    /// <param name="run">The mailing.</param>
    /// <param name="reason">Why.</param>
    /// <param name="resumeAfter">After how long it goes on by itself; null = when somebody has mended the reason.</param>
    public void Pause(MailingRun run, string reason, TimeSpan? resumeAfter = null)
    {
        if (resumeAfter is { } wait)
        {
            var until = Time.GetUtcNow() + wait;
            reason = TimedPause.Reason(reason, until);
            _around.PausedUntil(run.Definition.Id, until);
        }

        Pause(run, reason, []);
    }

    /// <summary>
    /// Pauses because everybody is refused alike. Those refusals are given back: before they are recorded, or else by
    /// revising the record, before anybody reads the account of the paused mailing.
    /// </summary>
    public void PauseRefused(MailingRun run, string reason, IReadOnlyList<MailingRun.Refusal> members, long present)
    {
        var late = new List<MailingRun.Refusal>();
        foreach (var member in members)
        {
            if (member.Charged && member.Entry.Ordinal != present)
            {
                run.Count(OutcomeKind.Failed, -1);
                if (!member.Window.TryGiveBack(member.Entry))
                {
                    late.Add(member);
                }
            }
        }

        Pause(run, reason, late);
    }

    public void ReportProgress(MailingRun run) => _around.Progress(run);

    /// <summary>Work on a wire begins. The source is cancelled when it must be cut; <see cref="LeaveWire"/> ends it.</summary>
    public CancellationTokenSource EnterWire(ICarried carried)
    {
        var abort = CancellationTokenSource.CreateLinkedTokenSource(_abort.Token);
        lock (_lock)
        {
            _carries.Add(new Carry(carried, abort));
        }

        return abort;
    }

    public void LeaveWire(ICarried carried)
    {
        lock (_lock)
        {
            _carries.RemoveAll(c => c.Carried == carried);
        }
    }

    /// <summary>Ends what still carries messages of a mailing after its drain deadline.</summary>
    public void Abort(MailingId mailing)
    {
        lock (_lock)
        {
            // Over a copy: whoever is cut may go on at once, on this very thread, and leave the wire.
            foreach (var carry in _carries.Where(c => c.Carried.Carries(mailing)).ToArray())
            {
                carry.Abort.Cancel();
            }
        }
    }

    /// <summary>Drains: no new message leaves, what is on the wire is waited for until the deadline, then cut.</summary>
    public async Task StopAsync(TimeSpan drain)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        Partitioner.BeginStop();
        using var deadline = new CancellationTokenSource(drain, Time);
        await using var cut = deadline.Token.UnsafeRegister(static s => ((Lane)s!)._abort.Cancel(), this).ConfigureAwait(false);
        Task[] slots;
        lock (_lock)
        {
            slots = [.. _slots.Values];
        }

        await Task.WhenAll(slots).ConfigureAwait(false);
        await _carrier.EndAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        if (!IsFaulted)
        {
            await ErrandsAsync().ConfigureAwait(false); // after a fault they wait for what will never be recorded
        }
    }

    /// <summary>Region that must not go on: what is sent and not recorded is a duplicate to come. Stands still for good, with the other lanes.</summary>
    public void Fail(Exception fault) => _around.Fail(fault);

    /// <summary>Cuts everything on the wire at once.</summary>
    public void Abort()
    {
        _stop.Cancel();
        _abort.Cancel();
        Partitioner.BeginStop();
    }

    /// <summary>A fault that waiting does not mend, a refused login above all: what runs here is paused with its reason.</summary>
    public async ValueTask PauseAllAsync(string reason)
    {
        foreach (var ready in await _session.ListReadyAsync(Name, int.MaxValue, CancellationToken.None).ConfigureAwait(false))
        {
            Pause(await Runs.GetAsync(ready.Mailing, CancellationToken.None).ConfigureAwait(false), reason);
        }

        foreach (var run in Runs.ActiveIn(Name))
        {
            Pause(run, reason);
        }
    }

    /// <summary>Complete when the ledger knows every pause; cancelled when the lane stops or fails. Whoever holds a turn must not wait.</summary>
    public Task PausedAsync() => ErrandsAsync().WaitAsync(Stopping);

    async ValueTask<IReadOnlyCollection<MailingId>> ILaneHost.ScreenAsync(Window window)
    {
        List<MailingId>? failed = null;
        foreach (var mailing in window.Mailings)
        {
            try
            {
                var run = await Runs.GetAsync(mailing, CancellationToken.None).ConfigureAwait(false);
                await _around.Screening.ScreenAsync(window, mailing, run, _stop.Token).ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                (failed ??= []).Add(mailing);
                await PauseUnscreenedAsync(mailing, fault).ConfigureAwait(false);
            }
        }

        return failed ?? (IReadOnlyCollection<MailingId>)[];
    }

    SliceCompletion ILaneHost.Settle(SliceCursor cursor) =>
        SliceSettlement.Settle(cursor, Volatile.Read(ref _schedule), _around.Ledger.Capabilities.KeepsSentData, Time.GetUtcNow());

    IWireRecord? ILaneHost.OpenWireRecord(ClaimedSlice slice) => _session.OpenWireRecord(slice);

    async ValueTask<IReadOnlyList<OutcomeRange>> ILaneHost.RecoverAsync(SliceCursor cursor)
    {
        var mailing = await _around.Ledger.FindMailingAsync(cursor.Mailing, CancellationToken.None).ConfigureAwait(false);
        return SliceRecovery.Decide(cursor, mailing?.Created.InDoubtPolicy ?? InDoubtPolicy.Hold);
    }

    void ILaneHost.Completed(LedgerMailing mailing) => _around.Completed(mailing);

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Dispose();
        _abort.Dispose();
    }

    private void Pause(MailingRun run, string reason, List<MailingRun.Refusal> late)
    {
        var id = run.Definition.Id;
        var pauses = run.TryStop();
        if (pauses)
        {
            Partitioner.Stop(id);
            DispatchMeter.Pauses.Add(1);
            Log.MailingPaused(id.ToString(), reason);
        }
        else if (late.Count == 0)
        {
            return;
        }

        Errand(async () =>
        {
            await RefusalRevision.ReviseAsync(_around.Ledger, id, late).ConfigureAwait(false);
            if (pauses)
            {
                // By whoever stopped it, once: one more, late, would undo a resume that came meanwhile.
                await _around.Ledger.SetDesiredStateAsync(id, DesiredState.Pause, reason, null, CancellationToken.None).ConfigureAwait(false);
            }

            run.Pulse();
        });
    }

    private async ValueTask PauseUnscreenedAsync(MailingId mailing, Exception fault)
    {
        if (IsStopping)
        {
            return;
        }

        Log.SuppressionFailed(fault);
        var reason = $"Recipients could not be prepared for sending ({fault.GetType().Name}): {AddressMask.Mask(fault.Message)}";
        if (Runs.TryGet(mailing, out var run))
        {
            Pause(run, reason);
        }
        else
        {
            await _around.Ledger.SetDesiredStateAsync(mailing, DesiredState.Pause, reason, null, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private void TakeSettings()
    {
        var settings = _around.Settings();
        var retry = _carrier.RetryOf(settings);
        Volatile.Write(ref _schedule, new RetrySchedule([.. retry.Schedule ?? []], retry.GiveUpAfter, retry.MaxAttempts));
        _settings = settings;
    }

    private async Task RunLoopAsync()
    {
        try
        {
            await Partitioner.RunAsync().ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            Fail(fault);
        }
    }

    private void StartSlots()
    {
        lock (_lock)
        {
            for (var slot = 0; slot < Share.Threads && !IsStopping; slot++)
            {
                if (!_slots.TryGetValue(slot, out var running) || running.IsCompleted)
                {
                    var number = slot;
                    _slots[slot] = Task.Run(() => RunSlotAsync(number));
                }
            }
        }
    }

    /// <summary>Ends when the slot has no share any more, or the lane stops or fails.</summary>
    private async Task RunSlotAsync(int slot)
    {
        try
        {
            // Asked again when the slot has its share back: settings may have changed twice before this one noticed.
            while (!IsStopping && (await _carrier.TakeTurnAsync(slot).ConfigureAwait(false) || HasShare(slot)))
            {
            }
        }
        catch (OperationCanceledException) when (IsStopping)
        {
            // Stopped while it waited for work or for the wire.
        }
        catch (Exception) when (IsFaulted)
        {
            // The ledger failed; said where it was found.
        }
        catch (Exception fault)
        {
            Fail(fault);
        }
    }

    private bool HasShare(int slot) => slot < Math.Min(Share.Threads, Share.Maximum);

    /// <summary>Work that a verdict caused and that must not hold up the wire.</summary>
    private void Errand(Func<Task> work)
    {
        lock (_lock)
        {
            _errands.RemoveAll(static e => e.IsCompletedSuccessfully);
            _errands.Add(Task.Run(async () =>
            {
                try
                {
                    await work().ConfigureAwait(false);
                }
                catch (Exception fault)
                {
                    Fail(fault);
                }
            }));
        }
    }

    private Task ErrandsAsync()
    {
        lock (_lock)
        {
            return Task.WhenAll(_errands);
        }
    }
}
