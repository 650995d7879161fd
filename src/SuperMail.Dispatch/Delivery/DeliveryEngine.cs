using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Reports;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Delivery;

/// <summary>
/// What runs behind a dispatcher: the ledger session with its heartbeat, the lane, the mailings under way. Started by
/// the first mailing, or by the hosted service when a durable ledger holds unfinished ones.
/// </summary>
internal sealed class DeliveryEngine : IAsyncDisposable
{
    private readonly EnginePorts _ports;
    private readonly SemaphoreSlim _starting = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly ProgressRelay _progress;
    private ILedgerSession? _session;
    private EmailLane? _lane;
    private Task _heart = Task.CompletedTask;
    private bool _stopped;
    private int _disposed;
    private int _goodbye;

    public DeliveryEngine(EnginePorts ports)
    {
        _ports = ports;
        Runs = new MailingRuns(ports.Ledger, ports.Time);
        _progress = new ProgressRelay(ports.Time, ports.Log);
    }

    public MailingRuns Runs { get; }

    public ProgressRelay Progress => _progress;

    /// <summary>Why nothing more is sent until a new start, or null.</summary>
    public Exception? Fault => _lane?.Fault;

    /// <summary>Why the relay is not to be had, or null.</summary>
    public string? RelayFault => _lane is { Connector: { IsClosed: false, Fault: { } fault } } ? fault.Message : null;

    public bool IsSlowed => _lane is { Throttle.IsSlowed: true };

    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _lane) is not null)
        {
            ThrowIfFaulted();
            return;
        }

        await _starting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_stopped, typeof(IMailingDispatcher));
            if (_lane is not null)
            {
                return;
            }

            await _ports.BeforeFirstBatch(cancellationToken).ConfigureAwait(false);
            _session = await _ports.Ledger.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
            var lane = new EmailLane(
                new LaneSurroundings
                {
                    Ledger = _ports.Ledger,
                    Runs = Runs,
                    Settings = _ports.Settings,
                    Screening = _ports.Screening,
                    Time = _ports.Time,
                    Log = _ports.Log,
                    Progress = _progress.Moved,
                    Completed = Completed,
                },
                _session,
                _ports.Transport());
            Volatile.Write(ref _lane, lane);
            lane.Start();
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

    public void Reconfigure() => _lane?.Reconfigure();

    /// <summary>Holds a mailing's un-pulled messages back at once, before the ledger knows.</summary>
    public void Hold(MailingId mailing)
    {
        if (Runs.TryGet(mailing, out var run))
        {
            run.Stopped = true;
            run.Pulse();
        }

        _lane?.Partitioner.Stop(mailing);
    }

    public void LetGo(MailingId mailing)
    {
        if (Runs.TryGet(mailing, out var run))
        {
            run.Resume();
        }

        _lane?.Partitioner.Resume(mailing);
    }

    public void Abort(MailingId mailing) => _lane?.Abort(mailing);

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
            _lane?.Partitioner.Resume(mailing.Id);
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

        if (_lane is not null)
        {
            await _lane.StopAsync(drain).ConfigureAwait(false);
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _heart.ConfigureAwait(false);
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
        _lane?.Abort();
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
        _lane?.Dispose();
        _starting.Dispose();
        _stop.Dispose();
    }

    private async Task BeatAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                var email = _ports.Settings().Email;
                var beat = await _session!.HeartbeatAsync(
                    [new LaneGrant(EmailLane.Name, email.SmtpThreads, email.MaxEmailsPerConnection, email.MessagesPerMinute)], _stop.Token).ConfigureAwait(false);
                foreach (var change in beat.Changes)
                {
                    Apply(change);
                }

                await Task.Delay(beat.Lease / 3, _ports.Time, _stop.Token).ConfigureAwait(false);
                _lane!.Partitioner.Recover();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped.
        }
        catch (Exception fault)
        {
            _lane!.Fail(fault);
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
}
