using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Ledgers;
using SuperMail.Dispatch.Outcomes;
using SuperMail.Dispatch.Partitioning;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Delivery;

/// <summary>A relay with its slots, and everything they share: the partitioner, the connector, the throttle, the settings.</summary>
internal sealed class EmailLane : ILaneHost, IDisposable
{
    public const string Name = "email";

    private readonly LaneSurroundings _around;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<int, Task> _slots = [];
    private readonly List<Carry> _carries = [];
    private readonly List<Task> _errands = [];
    private Task _loop = Task.CompletedTask;
    private volatile MailingSettings _settings;
    private RetrySchedule _schedule = null!;

    public EmailLane(LaneSurroundings around, ILedgerSession session, IMailTransport transport)
    {
        _around = around;
        _settings = around.Settings();
        TakeSettings();
        Session = session;
        Pacer = new Pacer(around.Time);
        Judge = new VerdictJudge(this);
        Partitioner = new LanePartitioner(Name, session, this, Share);
        Throttle = new LaneThrottle(around.Time, around.Log, () => Settings.Email.SmtpThreads, Partitioner.Limit);
        Connector = new Connector(transport, Throttle, around.Time, around.Log);
    }

    /// <summary>A connection at work, so that it can be aborted when a drain takes too long.</summary>
    private sealed record Carry(TurnFeed Feed, CancellationTokenSource Abort);

    public LanePartitioner Partitioner { get; }

    public LaneThrottle Throttle { get; }

    public Connector Connector { get; }

    public Pacer Pacer { get; }

    public VerdictJudge Judge { get; }

    public MailingRuns Runs => _around.Runs;

    public TimeProvider Time => _around.Time;

    public ILogger Log => _around.Log;

    /// <summary>As they were when they last changed or a turn last began: not asked for anew with each message.</summary>
    public MailingSettings Settings => _settings;

    public int MessagesPerMinute => Settings.Email.MessagesPerMinute;

    /// <summary>True when the settings give this slot something to do.</summary>
    public bool HasShare(int slot) => slot < Math.Min(Settings.Email.SmtpThreads, Settings.Email.MaxEmailsPerConnection);

    public TimeSpan IdleTimeout => Settings.Email.IdleConnectionTimeout;

    public RetrySchedule Schedule => Volatile.Read(ref _schedule);

    public bool IsStopping => _stop.IsCancellationRequested;

    /// <summary>Cancelled when nothing new may leave.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>Why the lane stands still for good, or null.</summary>
    public Exception? Fault { get; private set; }

    private ILedgerSession Session { get; }

    private LaneShare Share => new(Settings.Email.MaxEmailsPerConnection, Settings.Email.SmtpThreads, Settings.BeginWindow);

    public void Start()
    {
        _loop = Task.Run(RunLoopAsync);
        Partitioner.Recover();
        StartSlots();
    }

    /// <summary>New settings hold from the next connection on.</summary>
    public void Reconfigure()
    {
        TakeSettings();
        Partitioner.Configure(Share);
        StartSlots();
    }

    /// <summary>Pauses a mailing with a reason found by the library. Nothing more of it leaves from this call on.</summary>
    public void Pause(MailingRun run, string reason) => Pause(run, reason, []);

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

    /// <summary>A connection begins its work. The source is cancelled when it must be cut; <see cref="LeaveWire"/> ends it.</summary>
    public CancellationTokenSource EnterWire(TurnFeed feed)
    {
        var abort = CancellationTokenSource.CreateLinkedTokenSource(_abort.Token);
        lock (_lock)
        {
            _carries.Add(new Carry(feed, abort));
        }

        return abort;
    }

    public void LeaveWire(TurnFeed feed)
    {
        lock (_lock)
        {
            _carries.RemoveAll(c => c.Feed == feed);
        }
    }

    /// <summary>Ends connections that still carry messages of a mailing after its drain deadline.</summary>
    public void Abort(MailingId mailing)
    {
        lock (_lock)
        {
            foreach (var carry in _carries.Where(c => c.Feed.Carries(mailing)))
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
        await using var cut = deadline.Token.UnsafeRegister(static s => ((EmailLane)s!)._abort.Cancel(), this).ConfigureAwait(false);
        Task[] slots;
        lock (_lock)
        {
            slots = [.. _slots.Values];
        }

        await Task.WhenAll(slots).ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        if (Fault is null)
        {
            await ErrandsAsync().ConfigureAwait(false); // after a fault they wait for what will never be recorded
        }
    }

    /// <summary>Region that must not go on: what is sent and not recorded is a duplicate to come.</summary>
    public void Fail(Exception fault)
    {
        Log.LedgerFailed(fault); // before anybody who waits can see the fault
        Fault ??= fault;
        Abort();
        Runs.PulseAll();
    }

    /// <summary>Cuts every connection at once.</summary>
    public void Abort()
    {
        _stop.Cancel();
        _abort.Cancel();
        Partitioner.BeginStop();
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

    async ValueTask<IReadOnlyCollection<MailingId>> ILaneHost.ScreenAsync(Window window)
    {
        List<MailingId>? failed = null;
        foreach (var mailing in window.Parts.Select(static p => p.Cursor.Mailing).Distinct())
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
        SliceSettlement.Settle(cursor, Schedule, _around.Ledger.Capabilities.KeepsSentData, Time.GetUtcNow());

    IWireRecord? ILaneHost.OpenWireRecord(ClaimedSlice slice) => Session.OpenWireRecord(slice);

    async ValueTask<IReadOnlyList<OutcomeRange>> ILaneHost.RecoverAsync(SliceCursor cursor)
    {
        var mailing = await _around.Ledger.FindMailingAsync(cursor.Mailing, CancellationToken.None).ConfigureAwait(false);
        return SliceRecovery.Decide(cursor, mailing?.Created.InDoubtPolicy ?? InDoubtPolicy.Hold);
    }

    void ILaneHost.Completed(LedgerMailing mailing) => _around.Completed(mailing);

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

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Dispose();
        _abort.Dispose();
    }

    private void TakeSettings()
    {
        var settings = _around.Settings();
        var retry = settings.Email.Retry;
        Volatile.Write(ref _schedule, new RetrySchedule([.. retry.Schedule], retry.GiveUpAfter, retry.MaxAttempts));
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
                    _slots[slot] = Task.Run(new EmailSlot(this, slot).RunAsync);
                }
            }
        }
    }

    /// <summary>A fault that waiting does not mend, a refused login above all: what runs here is paused with its reason.</summary>
    public async ValueTask<bool> PauseAllAsync()
    {
        if (Connector.Fault is not { Pauses: true } fault)
        {
            return false;
        }

        foreach (var ready in await Session.ListReadyAsync(Name, int.MaxValue, CancellationToken.None).ConfigureAwait(false))
        {
            Pause(await Runs.GetAsync(ready.Mailing, CancellationToken.None).ConfigureAwait(false), fault.Message);
        }

        foreach (var run in Runs.Active)
        {
            Pause(run, fault.Message);
        }

        return true;
    }

    /// <summary>Complete when the ledger knows every pause; cancelled when the lane stops or fails. Whoever holds a turn must not wait.</summary>
    public Task PausedAsync() => ErrandsAsync().WaitAsync(Stopping);

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
