using SuperMail.Dispatch.Composing;
using SuperMail.Dispatch.Partitioning;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Delivery;

/// <summary>
/// The messages of one turn: composes each recipient's when it is pulled, asks for the next window while the present
/// one is on the wire, and takes the verdicts. Outlives a connection that ended early: the next one goes on with it.
/// </summary>
internal sealed class TurnFeed : IMailFeed, ICarried, IDisposable
{
    private readonly EmailLane _email;
    private readonly Lane _lane;
    private readonly Turn _turn;
    private readonly CancellationTokenSource _idle;
    private readonly TurnPace? _pace;

    // Used by the puller only.
    private readonly List<Window> _unrecorded = [];
    private Window? _window;
    private int _next;
    private Task<Window?>? _ahead;
    private bool _ended;
    private bool _announces;

    // Pulled by one thread, reported by perhaps another.
    private readonly Lock _lock = new();
    private readonly Stack<PendingMessage> _free = [];
    private readonly List<PendingMessage> _live = [];
    private int _judged;
    private int _givenBack;
    private bool _leave;
    private bool _isConnecting;

    public TurnFeed(EmailLane email, Turn turn)
    {
        _email = email;
        _lane = email.Lane;
        _turn = turn;
        _idle = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _lane.Time);
        _pace = _lane.Settings.Email.OverlapConnections ? new TurnPace(email.Spare, turn, _lane.Time) : null;
        Take(turn.First!);
    }

    /// <summary>True when the present connection brought messages back, or left them, and no reply on any: the next one must wait longer.</summary>
    public bool IsFruitless => Volatile.Read(ref _judged) == 0 && (Volatile.Read(ref _givenBack) > 0 || HasLeft);

    /// <summary>True while a connection is being opened for this turn.</summary>
    public bool IsConnecting
    {
        get => Volatile.Read(ref _isConnecting);
        set => Volatile.Write(ref _isConnecting, value);
    }

    /// <summary>The opening of its connection was given up for a mailing's drain deadline.</summary>
    public bool IsCut { get; set; }

    /// <summary>True when begun recipients are left that no wire has had.</summary>
    public bool HasLeft => (_window is not null && _next < _window.Entries.Count)
        || _ahead is { IsCompletedSuccessfully: true, Result.Entries.Count: > 0 };

    public ValueTask<OutgoingMessage?> NextAsync(CancellationToken cancellationToken)
    {
        // The usual case needs no state machine: the window is begun, has entries left, and there is no rate limit.
        while (!Volatile.Read(ref _leave) && _window is { Begun.IsCompletedSuccessfully: true } && _next < _window.Entries.Count && _email.MessagesPerMinute == 0)
        {
            if (Compose(_window.Entries[_next++]) is { } message)
            {
                return new ValueTask<OutgoingMessage?>(message);
            }
        }

        return NextSlowlyAsync(cancellationToken);
    }

    /// <summary>A connection is over: what it pulled and did not report is in doubt.</summary>
    public void EndConnection()
    {
        _pace?.End();
        PendingMessage[] left;
        lock (_lock)
        {
            left = [.. _live];
        }

        foreach (var message in left)
        {
            message.ReportIfLive(Verdict.InDoubt);
        }
    }

    /// <summary>The next connection starts with a clean slate.</summary>
    public void BeginConnection(IMailSession session)
    {
        _announces = session is IAnnouncingSession;
        _judged = 0;
        _givenBack = 0;
        _leave = false;
        _pace?.Begin();
    }

    /// <summary>The turn is over: what was begun and no wire has had goes back.</summary>
    public async ValueTask GiveBackAsync()
    {
        await _idle.CancelAsync().ConfigureAwait(false);
        EndConnection();
        while (true)
        {
            if (_window is not null)
            {
                await _window.Begun.ConfigureAwait(false);
                while (_next < _window.Entries.Count)
                {
                    GiveBack(_window.Entries[_next++]);
                }
            }

            if (_ahead is null || await _ahead.ConfigureAwait(false) is not { } window)
            {
                return;
            }

            _ahead = null;
            _window = window;
            _next = 0;
        }
    }

    /// <summary>True when it keeps a mailing from ending: messages on the wire, or begun ones that wait for a connection.</summary>
    public bool Carries(MailingId mailing)
    {
        if (IsConnecting)
        {
            return true; // whoever else waits with it goes back uncharged
        }

        lock (_lock)
        {
            return _live.Exists(m => m.Entry.Mailing == mailing);
        }
    }

    public void Reported(PendingMessage message, Verdict verdict)
    {
        Interlocked.Increment(ref verdict.Kind is VerdictKind.NotSent ? ref _givenBack : ref _judged);
        if (verdict.Signal is RelaySignal.SlowDown)
        {
            Volatile.Write(ref _leave, true); // what comes next goes over another connection, after the pause
        }

        var (window, entry) = (message.Window, message.Entry);
        entry.Cursor.Wire?.Note(entry.Position, StateOf(verdict));
        var (code, failure) = _email.Judge.Decide(message, verdict);
        _pace?.Report(); // after the verdict: it may have said that nothing more is to be opened
        lock (_lock)
        {
            _live.Remove(message);
            _free.Push(message);
        }

        window.Report(entry, code, failure);
    }

    public void Dispose()
    {
        _idle.Dispose();
        foreach (var message in _free)
        {
            message.Content.Dispose();
        }
    }

    private async ValueTask<OutgoingMessage?> NextSlowlyAsync(CancellationToken cancellationToken)
    {
        while (!_ended && !Volatile.Read(ref _leave))
        {
            if (_window is null || _next >= _window.Entries.Count)
            {
                _ended = !await AdvanceAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            await _window.Begun.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (_next >= _window.Entries.Count)
            {
                continue; // the begin was refused: nothing of it may leave
            }

            // smtp.md: the token is taken before MAIL, and whatever was written leaves while it is awaited.
            // What will only go back takes none: a stop or a pause must not last a window's worth of the rate limit.
            if (!GoesBack(_window.Entries[_next]))
            {
                await TakeTokenAsync(cancellationToken).ConfigureAwait(false);
            }

            if (Compose(_window.Entries[_next++]) is { } message)
            {
                return message;
            }
        }

        return null;
    }

    private async ValueTask TakeTokenAsync(CancellationToken cancellationToken)
    {
        var token = _email.Pacer.WaitAsync(_email.MessagesPerMinute, _lane.Stopping);
        if (token.IsCompletedSuccessfully)
        {
            return;
        }

        try
        {
            await token.AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_lane.IsStopping && !cancellationToken.IsCancellationRequested)
        {
            // At a low rate a stop would otherwise last until the next token: what waits for one goes back.
        }
    }

    // A pull that is called off leaves everything as it was: the next connection's pull goes on from there.
    private async ValueTask<bool> AdvanceAsync(CancellationToken cancellationToken)
    {
        // Only windows that are wholly reported are waited for: others have messages out whose replies the puller itself must fetch.
        foreach (var window in _unrecorded)
        {
            if (window.IsSubmitted)
            {
                await window.Recorded.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        _unrecorded.RemoveAll(static w => w.Recorded.IsCompleted);
        var ahead = _ahead ??= AskAhead();
        if (!ahead.IsCompleted)
        {
            _idle.CancelAfter(_email.IdleTimeout);
        }

        var next = await ahead.WaitAsync(cancellationToken).ConfigureAwait(false);
        _ahead = null;
        if (next is null)
        {
            return false;
        }

        _idle.CancelAfter(Timeout.InfiniteTimeSpan);
        Take(next);
        return true;
    }

    private void Take(Window window)
    {
        _window = window;
        _next = 0;
        _unrecorded.Add(window);
        _ahead = _idle.IsCancellationRequested ? null : AskAhead();
    }

    private Task<Window?> AskAhead() => _lane.Partitioner.NextWindowAsync(_turn, _idle.Token).AsTask();

    private PendingMessage? Compose(in Window.Entry entry)
    {
        if (GoesBack(entry))
        {
            GiveBack(entry);
            return null;
        }

        var run = (EmailRun)_lane.Runs[entry.Mailing];
        PendingMessage? message;
        lock (_lock)
        {
            if (!_free.TryPop(out message))
            {
                message = new PendingMessage(this);
            }
        }

        var reason = Fill(message, run, entry);
        lock (_lock)
        {
            if (reason is null)
            {
                _live.Add(message);
            }
            else
            {
                _free.Push(message);
            }
        }

        if (reason is null)
        {
            if (!_announces)
            {
                message.Leaves();
            }

            return message;
        }

        var (code, failure) = VerdictJudge.CannotCompose(run, entry, reason);
        _window!.Report(entry, code, failure);
        return null;
    }

    private string? Fill(PendingMessage message, EmailRun run, in Window.Entry entry)
    {
        var recipient = entry.Recipient;
        if (!EmailAddress.TryParse(recipient.Address, out var to, out var error))
        {
            return error;
        }

        try
        {
            var input = new ComposeInput(entry.Ordinal, to, recipient.DisplayName, recipient.Values, recipient.Raw);
            message.Content.Clear();
            if (!run.Composer.TryMakeEnvelopeFrom(input, out var from, out error))
            {
                return error ?? "The envelope sender is not an address.";
            }

            error = run.Composer.Compose(input, message.Content);
            if (error is null)
            {
                message.Address(run, _window!, entry, new Envelope(from, to, run.Definition.Dsn));
            }

            return error;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // Nothing about one recipient is an exception; if it is one, it is ours, and must not cost the others.
            _lane.Log.ComposingFailed(entry.Ordinal, entry.Mailing.ToString(), fault);
            return $"The message could not be composed ({fault.GetType().Name}).";
        }
    }

    private static WireState StateOf(Verdict verdict) => verdict.Kind switch
    {
        VerdictKind.Sent => WireState.Taken,
        VerdictKind.InDoubt => WireState.Left,
        _ => WireState.Refused,
    };

    private bool GoesBack(in Window.Entry entry) => _lane.IsStopping || _lane.Runs[entry.Mailing].Stopped;

    private void GiveBack(in Window.Entry entry) =>
        _window!.Report(entry, new OutcomeCode(OutcomeKind.NotSent, OutcomeReason.Stopped), null);
}
