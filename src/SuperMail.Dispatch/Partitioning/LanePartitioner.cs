using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace SuperMail.Dispatch.Partitioning;

/// <summary>
/// Feeds the slots of a lane: each turn is one connection's share of the maximum, drawn window by window from the
/// running mailings. One loop owns all state; everybody else sends it events over a channel.
/// </summary>
internal sealed class LanePartitioner
{
    private readonly string _lane;
    private readonly ILedgerSession _session;
    private readonly ILaneHost _host;
    private readonly OutcomeRecorder _recorder;

    // Unbounded: events are few (one a window), and whoever reports must never wait for the loop.
    private readonly Channel<LaneEvent> _events =
        Channel.CreateUnbounded<LaneEvent>(new UnboundedChannelOptions { SingleReader = true });

    // Used by the loop only.
    private readonly LanePool _pool;
    private readonly BeginQueue _begins;
    private readonly List<LaneRequest> _requests = [];
    private readonly HashSet<Turn> _turns = [];
    private readonly HashSet<Window> _out = [];
    private LaneShare _share;
    private int[] _quotas = [];
    private int _concurrency = int.MaxValue;
    private bool _stopping;

    private volatile bool _hasUnspokenWork;

    public LanePartitioner(string lane, ILedgerSession session, ILaneHost host, LaneShare share)
    {
        _lane = lane;
        _session = session;
        _host = host;
        _recorder = new OutcomeRecorder(session);
        _pool = new LanePool(lane, session, host, end => _events.Writer.TryWrite(end));
        _begins = new BeginQueue(session, host, _pool, told => _events.Writer.TryWrite(told));
        Apply(share);
    }

    /// <summary>True when there was more ready, a moment ago, than the running turns have spoken for: a further turn will come.</summary>
    public bool HasUnspokenWork => _hasUnspokenWork;

    /// <summary>A turn with its first window, as soon as there is work that nobody spoke for; null when the slot has no share any more.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before there was one.</exception>
    public ValueTask<Turn?> TakeTurnAsync(int slot, CancellationToken cancellationToken) =>
        AskAsync(new LaneRequest(_events.Writer, LaneRequestKind.Turn, slot, null), cancellationToken);

    /// <summary>Waits until a turn could be taken, without taking it: while the relay is away, nothing is begun.</summary>
    public ValueTask<Turn?> WaitForWorkAsync(int slot, CancellationToken cancellationToken) =>
        AskAsync(new LaneRequest(_events.Writer, LaneRequestKind.Peek, slot, null), cancellationToken);

    /// <summary>The turn's next window, as soon as one is ready; null when its share is spent, or nothing came before the token ended the wait.</summary>
    public async ValueTask<Window?> NextWindowAsync(Turn turn, CancellationToken cancellationToken)
    {
        var request = new LaneRequest(_events.Writer, LaneRequestKind.Window, turn.Slot, turn);
        try
        {
            await AskAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }

        return request.Window;
    }

    public void EndTurn(Turn turn) => _events.Writer.TryWrite(new LaneEvent.TurnEnded(turn));

    /// <summary>Nothing more of this mailing is cut until it is resumed.</summary>
    public void Stop(MailingId mailing) => _events.Writer.TryWrite(new LaneEvent.Control(mailing, Stop: true));

    public void Resume(MailingId mailing) => _events.Writer.TryWrite(new LaneEvent.Control(mailing, Stop: false));

    /// <summary>New settings: in force from the next turn on.</summary>
    public void Configure(LaneShare share) => _events.Writer.TryWrite(new LaneEvent.Configured(share));

    /// <summary>At most this many turns at once, however many threads the settings allow.</summary>
    public void Limit(int concurrency) => _events.Writer.TryWrite(new LaneEvent.Limited(concurrency));

    /// <summary>Takes over slices whose owner is gone.</summary>
    public void Recover() => _events.Writer.TryWrite(new LaneEvent.RecoveryDue());

    /// <summary>No new window; the loop ends when everything that is out has come back.</summary>
    public void BeginStop() => _events.Writer.TryWrite(new LaneEvent.StopAsked());

    /// <summary>The loop. Ends after <see cref="BeginStop"/>, or throws when the ledger fails: then nothing more may be sent.</summary>
    public async Task RunAsync()
    {
        var recording = _recorder.RunAsync(window => _events.Writer.TryWrite(new LaneEvent.Returned(window)));
        using var watch = new CancellationTokenSource();
        var watching = WorkWatch.RunAsync(_session, _lane, () => _events.Writer.TryWrite(new LaneEvent.WorkChanged()), watch.Token);
        _ = recording.ContinueWith(
            t => _events.Writer.TryComplete(t.Exception?.InnerException), CancellationToken.None, TaskContinuationOptions.NotOnRanToCompletion, TaskScheduler.Default);
        _ = watching.ContinueWith(
            t => _events.Writer.TryComplete(t.Exception?.InnerException), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        try
        {
            while (await _events.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
            {
                while (_events.Reader.TryRead(out var laneEvent))
                {
                    await ApplyAsync(laneEvent).ConfigureAwait(false);
                }

                _pool.CompleteDone();
                if (!_stopping)
                {
                    await ServeAsync().ConfigureAwait(false);
                }
                else if (RefuseAll() && _turns.Count == 0 && !_pool.HoldsSlices)
                {
                    return;
                }
            }
        }
        catch (Exception fault)
        {
            foreach (var window in _out)
            {
                window.MarkLost(fault);
            }

            throw;
        }
        finally
        {
            CloseDoor();
            _recorder.Complete();
            await watch.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // its fault, if any, ended the loop above
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Turn?> AskAsync(LaneRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_events.Writer.TryWrite(new LaneEvent.Asked(request)))
        {
            return null;
        }

        // The loop decides the race between an answer and a withdrawal: a window is never lost between them.
        using var registration = cancellationToken.UnsafeRegister(static (state, token) => ((LaneRequest)state!).Withdraw(token), request);
        return await request.Answer.ConfigureAwait(false);
    }

    private async ValueTask ApplyAsync(LaneEvent laneEvent)
    {
        switch (laneEvent)
        {
            case LaneEvent.Asked asked:
                _requests.Add(asked.Request);
                break;
            case LaneEvent.Withdrawn withdrawn:
                if (_requests.Remove(withdrawn.Request))
                {
                    withdrawn.Request.Cancel(withdrawn.Token);
                }

                break;
            case LaneEvent.Returned returned:
                _out.Remove(returned.Window);
                foreach (var part in returned.Window.Parts)
                {
                    part.Cursor.Outstanding -= part.Count;
                }

                break;
            case LaneEvent.Screened screened:
                _begins.Screened(screened);
                break;
            case LaneEvent.Begun begun:
                _begins.Begun(begun);
                break;
            case LaneEvent.SliceEnded end:
                _pool.Ended(end);
                break;
            case LaneEvent.TurnEnded ended:
                _turns.Remove(ended.Turn);
                break;
            case LaneEvent.WorkChanged:
                _pool.MarkStale();
                break;
            case LaneEvent.Control { Stop: true } control:
                _pool.Stop(control.Mailing);
                break;
            case LaneEvent.Control control:
                _pool.Resume(control.Mailing);
                break;
            case LaneEvent.Configured configured:
                Apply(configured.Share);
                break;
            case LaneEvent.Limited limited:
                _concurrency = limited.Concurrency;
                break;
            case LaneEvent.RecoveryDue:
                await _pool.RecoverAsync().ConfigureAwait(false);
                break;
            case LaneEvent.StopAsked:
                _stopping = true;
                _pool.StopAll();
                break;
        }
    }

    private void Apply(LaneShare share)
    {
        _share = share;
        _quotas = QuotaShares.Split(share.Maximum, share.Threads);
        _pool.MostSlices = 2 * _quotas.Length;
    }

    /// <summary>Cuts a window for every request that can have one and hands it out; it may be used once it is begun.</summary>
    private async ValueTask ServeAsync()
    {
        RetireSlots();
        ReleaseReserved();
        _hasUnspokenWork = Unreserved() > 0;
        if (_requests.Count == 0)
        {
            return;
        }

        await _pool.RefreshAsync().ConfigureAwait(false);
        while (ChooseRequest() is { } request)
        {
            if (request.Kind is LaneRequestKind.Peek)
            {
                _requests.Remove(request);
                request.Give(null, null);
                continue;
            }

            var turn = request.Turn ?? new Turn(request.Slot, NextQuota(request.Slot)) { Reserved = Unreserved() };
            var window = await _pool.CutAsync(Math.Min(_share.BeginWindow, turn.Remaining), _recorder.Add).ConfigureAwait(false);
            if (window is null)
            {
                break;
            }

            _begins.Add(window);
            _out.Add(window); // from here on somebody may wait for it
            if (window.Entries.Count == 0)
            {
                continue; // judged when they were read: begun and recorded, sent to nobody
            }

            turn.Reserved = Math.Max(0, Math.Min(turn.Reserved, turn.Remaining) - window.Entries.Count);
            turn.Drawn += window.Entries.Count;
            turn.First ??= window;
            _turns.Add(turn);
            _requests.Remove(request);
            request.Give(turn, window);
        }

        _hasUnspokenWork = Unreserved() > 0;
        _begins.Start();
    }

    private LaneRequest? ChooseRequest()
    {
        var ready = _pool.Ready;
        if (ready == 0)
        {
            return null;
        }

        // Open connections first: those that spoke for work, then those with share left; a new connection last.
        return _requests.Find(static r => r.Turn is { Reserved: > 0, Remaining: > 0 })
            ?? (Unreserved() > 0
                ? _requests.Find(static r => r.Turn is { Remaining: > 0 })
                    ?? (_turns.Count < _concurrency ? _requests.Find(r => r.Turn is null && NextQuota(r.Slot) > 0) : null)
                : null);
    }

    private long Unreserved() => Math.Max(0, _pool.Ready - _turns.Sum(static t => t.Reserved));

    /// <summary>The slot's share, within what the running turns leave of the maximum: they may have begun under other settings.</summary>
    private int NextQuota(int slot) => slot >= _quotas.Length
        ? 0
        : Math.Min(_quotas[slot], _share.Maximum - _turns.Sum(static t => t.Quota));

    /// <summary>What a turn spoke for may be gone: paused, judged when it was read. Then it must not keep others from what comes next.</summary>
    private void ReleaseReserved()
    {
        var ready = _pool.Ready;
        foreach (var turn in _turns)
        {
            turn.Reserved = Math.Min(turn.Reserved, ready);
            ready -= turn.Reserved;
        }
    }

    private void RetireSlots()
    {
        for (var i = _requests.Count - 1; i >= 0; i--)
        {
            var request = _requests[i];
            if (request.Turn is null ? request.Slot >= _quotas.Length : request.Turn.Remaining <= 0)
            {
                _requests.RemoveAt(i);
                request.Give(null, null);
            }
        }
    }

    private bool RefuseAll()
    {
        _requests.ForEach(static r => r.Give(null, null));
        _requests.Clear();
        return true;
    }

    /// <summary>Nobody may wait for a loop that has ended: who asked while it ended is answered too.</summary>
    private void CloseDoor()
    {
        _events.Writer.TryComplete();
        while (_events.Reader.TryRead(out var laneEvent))
        {
            if (laneEvent is LaneEvent.Asked asked)
            {
                asked.Request.Give(null, null);
            }
        }

        RefuseAll();
    }
}
