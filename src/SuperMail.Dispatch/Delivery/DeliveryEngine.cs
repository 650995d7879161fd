using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Reports;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Delivery;

/// <summary>
/// What runs behind a dispatcher: the ledger session with its heartbeat, the lanes, the mailings under way. Started by
/// the first mailing, or by the hosted service when a durable ledger holds unfinished ones.
/// </summary>
internal sealed class DeliveryEngine : IAsyncDisposable
{
    private readonly EnginePorts _ports;
    private readonly SemaphoreSlim _starting = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly ProgressRelay _progress;
    private readonly TimedPauses _pauses;
    private ILedgerSession? _session;
    private Lanes? _lanes;
    private Task _heart = Task.CompletedTask;
    private IDisposable? _readings;
    private Exception? _fault;
    private bool _stopped;
    private int _failed;
    private int _disposed;
    private int _goodbye;

    public DeliveryEngine(EnginePorts ports)
    {
        _ports = ports;
        Runs = new MailingRuns(ports.Ledger, ports.Time);
        _progress = new ProgressRelay(ports.Time, ports.Log);
        _pauses = new TimedPauses(ports.Ledger, ports.Time, LetGo, ports.Log);
        Receipts = new ReceiptRecorder(ports.Ledger, ports.Time, ports.Log);
    }

    private sealed record Lanes(EmailLane Email, SmsLane Sms)
    {
        public IReadOnlyList<Lane> All { get; } = [Email.Lane, Sms.Lane];
    }

    public MailingRuns Runs { get; }

    public ProgressRelay Progress => _progress;

    public ReceiptRecorder Receipts { get; }

    /// <summary>Why nothing more is sent until a new start, or null.</summary>
    public Exception? Fault => Volatile.Read(ref _fault);

    /// <summary>Why the relay is not to be had, or null.</summary>
    public string? RelayFault => _lanes?.Email.RelayFault;

    /// <summary>Why the SMS gateway takes nothing until somebody mends it, or null.</summary>
    public string? GatewayFault => _lanes?.Sms.Fault;

    /// <summary>True while fewer connections are open than the settings allow, because the relay asked for it.</summary>
    public bool IsSlowed => _lanes is { Email.Throttle.IsSlowed: true };

    /// <summary>How fast mailings of this lane may leave; null before the engine was started.</summary>
    public LanePace? PaceOf(string lane) => lane == LaneNames.Sms ? _lanes?.Sms.Pace : _lanes?.Email.Pace;

    /// <summary>True while the SMS gateway is left in peace because it asked for it.</summary>
    public bool IsGatewaySlowed => _lanes is { Sms.Throttle.IsSlowed: true };

    private IReadOnlyList<Lane> AllLanes => Volatile.Read(ref _lanes)?.All ?? [];

    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _lanes) is not null)
        {
            ThrowIfFaulted();
            return;
        }

        await _starting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_stopped, typeof(IMailingDispatcher));
            if (_lanes is not null)
            {
                return;
            }

            await _ports.BeforeFirstBatch(cancellationToken).ConfigureAwait(false);
            _session = await _ports.Ledger.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
            var around = Surroundings();
            Volatile.Write(
                ref _lanes,
                new Lanes(new EmailLane(around, _session, _ports.Transport()), new SmsLane(around, _session, _ports.Gateways, Receipts)));
            foreach (var lane in AllLanes)
            {
                lane.Start();
            }

            _readings = LaneReadings.Add(Readings);

            _heart = Task.Run(BeatAsync, CancellationToken.None);
        }
        finally
        {
            _starting.Release();
        }
    }

    public string? InstanceId => _session?.InstanceId;

    public void ThrowIfFaulted()
    {
        if (Fault is { } fault)
        {
            throw new InvalidOperationException("The dispatcher stands still: its ledger or engine failed, and going on could send twice.", fault);
        }
    }

    public void Reconfigure()
    {
        foreach (var lane in AllLanes)
        {
            lane.Reconfigure();
        }
    }

    /// <summary>Holds a mailing's un-pulled messages back at once, before the ledger knows.</summary>
    public void Hold(MailingId mailing)
    {
        if (Runs.TryGet(mailing, out var run))
        {
            run.Stopped = true;
            run.Pulse();
        }

        foreach (var lane in AllLanes)
        {
            lane.Partitioner.Stop(mailing);
        }
    }

    public void LetGo(MailingId mailing)
    {
        if (Runs.TryGet(mailing, out var run))
        {
            run.Resume();
        }

        Resume(mailing);
    }

    public void Abort(MailingId mailing)
    {
        foreach (var lane in AllLanes)
        {
            lane.Abort(mailing);
        }
    }

    /// <summary>Waits until the condition holds for the mailing as the ledger has it, looking again at each change.</summary>
    public async Task<LedgerMailing> WhenAsync(MailingId id, Func<LedgerMailing, bool> reached, CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = Runs.TryGet(id, out var run) ? run.Changed : null;
            var mailing = await _ports.Ledger.FindMailingAsync(id, cancellationToken).ConfigureAwait(false)
                ?? throw new KeyNotFoundException($"There is no mailing {id} in the ledger.");
            if (reached(mailing))
            {
                return mailing;
            }

            ThrowIfFaulted();
            ObjectDisposedException.ThrowIf(_stopped, typeof(IMailingDispatcher));
            if (changed is null)
            {
                await Runs.GetAsync(id, cancellationToken).ConfigureAwait(false);
                continue;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A mailing may have come to its end: says so once, and forgets it.</summary>
    public void Completed(LedgerMailing mailing)
    {
        if (mailing.IsFinished)
        {
            // Forgets that it was stopped, if it was: a revision may open it again, and then nobody resumes it.
            Resume(mailing.Id);
        }

        if (!Runs.TryGet(mailing.Id, out var run))
        {
            return;
        }

        run.Sealed = mailing.Sealed;
        if (mailing.IsFinished)
        {
            Runs.Remove(mailing.Id);
            var report = MailingStates.Report(mailing, _ports.Time.GetUtcNow());
            DispatchMeter.Mailings.Add(1, new KeyValuePair<string, object?>("state", report.State.ToString()));
            _ports.Log.MailingEnded(
                mailing.Id.ToString(), report.Name, report.State.ToString(), report.Counts.Sent, report.Counts.Failed, report.Counts.InDoubt);
        }

        run.Pulse();
    }

    /// <summary>Stops: no new message, what is on the wire is waited for until the deadline, then cut.</summary>
    public async ValueTask StopAsync(TimeSpan drain)
    {
        if (Volatile.Read(ref _disposed) == 1 && _stopped)
        {
            return;
        }

        await _starting.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (_stopped)
            {
                return;
            }

            _stopped = true;
        }
        finally
        {
            _starting.Release();
        }

        await Task.WhenAll(AllLanes.Select(lane => lane.StopAsync(drain))).ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await _heart.ConfigureAwait(false);
        _readings?.Dispose();
        Runs.PulseAll();
        if (_session is not null)
        {
            await _session.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>True the first time: a host and a container both stop the dispatcher.</summary>
    public bool TrySayGoodbye() => Interlocked.Exchange(ref _goodbye, 1) == 0;

    /// <summary>Cuts everything now and waits for nothing.</summary>
    public void Abort()
    {
        _stopped = true;
        AbortLanes();
        _readings?.Dispose();
        _stop.Cancel();
        Runs.PulseAll();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return; // a container may own it under several service types
        }

        await StopAsync(TimeSpan.Zero).ConfigureAwait(false);
        foreach (var lane in AllLanes)
        {
            lane.Dispose();
        }

        Receipts.Dispose();
        _starting.Dispose();
        _stop.Dispose();
    }

    private async Task BeatAsync()
    {
        try
        {
            await _pauses.LoadAsync(_stop.Token).ConfigureAwait(false);
            while (!_stop.IsCancellationRequested)
            {
                var beat = await _session!.HeartbeatAsync([.. AllLanes.Select(static lane => lane.Grant)], _stop.Token).ConfigureAwait(false);
                foreach (var change in beat.Changes)
                {
                    Apply(change);
                }

                await _pauses.EndDueAsync(_stop.Token).ConfigureAwait(false);

                await Task.Delay(beat.Lease / 3, _ports.Time, _stop.Token).ConfigureAwait(false);
                foreach (var lane in AllLanes)
                {
                    lane.Partitioner.Recover();
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped.
        }
        catch (Exception fault)
        {
            Fail(fault);
        }
    }

    private void Apply(ControlChange change)
    {
        if (change.Desired is DesiredState.Run)
        {
            LetGo(change.Mailing);
        }
        else
        {
            Hold(change.Mailing);
        }
    }

    private IEnumerable<LaneReading> Readings() =>
        from name in (string[])[LaneNames.Email, LaneNames.Sms]
        let pace = PaceOf(name)
        where pace is not null
        select new LaneReading(_ports.Name, name, pace.Connections, pace.MessagesPerMinute, pace.MessagesPerConnection ?? 0);

    private LaneSurroundings Surroundings() => new()
    {
        Ledger = _ports.Ledger,
        Runs = Runs,
        Settings = _ports.Settings,
        Screening = _ports.Screening,
        Time = _ports.Time,
        Log = _ports.Log,
        Fail = Fail,
        IsFaulted = () => Fault is not null,
        PausedUntil = _pauses.Add,
        Progress = _progress.Moved,
        Completed = Completed,
    };

    /// <summary>One fault for all lanes: they share the ledger that failed, and what is sent and not recorded is a duplicate to come.</summary>
    private void Fail(Exception fault)
    {
        if (Interlocked.Exchange(ref _failed, 1) == 0)
        {
            _ports.Log.LedgerFailed(fault); // before anybody who waits can see the fault
            Volatile.Write(ref _fault, fault);
        }

        AbortLanes();
        Runs.PulseAll();
    }

    private void AbortLanes()
    {
        foreach (var lane in AllLanes)
        {
            lane.Abort();
        }
    }

    private void Resume(MailingId mailing)
    {
        foreach (var lane in AllLanes)
        {
            lane.Partitioner.Resume(mailing);
        }
    }
}
