using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Delivery;

/// <summary>
/// The one connection that a lane may have beyond its threads (<see cref="EmailSettings.OverlapConnections"/>). It is either
/// opened ahead, for whichever slot ends its turn next, or it is what such a slot left behind and takes its leave. It never
/// carries a message before a slot has taken it in place of its own, and nothing is begun for it.
/// </summary>
internal sealed class SpareConnection
{
    // A relay that refused one connection more than the threads counts connections: that is its rule, and rules last.
    private static readonly TimeSpan RestAfterRefusal = TimeSpan.FromHours(1);
    private static readonly TimeSpan RestAfterFault = TimeSpan.FromMinutes(1);

    private readonly EmailLane _email;
    private readonly Lock _lock = new();
    private readonly List<Task> _under = [];
    private Ahead? _ahead;
    private bool _isUsed;
    private bool _isUnwanted;
    private int _nearing;
    private long _lastTurn = long.MaxValue;
    private DateTimeOffset _notBefore = DateTimeOffset.MinValue;

    public SpareConnection(EmailLane email)
    {
        _email = email;
        email.Lane.Stopping.UnsafeRegister(static spare => ((SpareConnection)spare!).Reconsider(), this);
    }

    /// <summary>How far ahead of a turn's end its slot's next connection is begun: one opening, and as much again for what cannot be foreseen.</summary>
    public TimeSpan LeadTime => 2 * _email.Connector.LastOpening;

    /// <summary>How long the last connection carried that had a verdict on anybody; before there was one, for ever.</summary>
    public TimeSpan LastTurn
    {
        get => new(Volatile.Read(ref _lastTurn));
        set => Volatile.Write(ref _lastTurn, value.Ticks);
    }

    // Slowed down, a relay wants fewer connections, not one more.
    private bool IsAllowed => _email.Lane.Settings.Email.OverlapConnections && !_email.Throttle.IsSlowed && !_email.Lane.IsStopping
        && _email.Lane.Time.GetUtcNow() >= _notBefore;

    /// <summary>
    /// A connection is as good as closed once its QUIT has left: Deep is for long lines, where QUIT is with the relay a whole
    /// round trip before it can hear of a connection opened next.
    /// </summary>
    public bool IsPrompt => _email.Lane.Settings.Email.Pipelining is SmtpPipelining.Deep && !_email.Throttle.IsSlowed;

    /// <summary>A turn is about to end.</summary>
    public void Nearing()
    {
        lock (_lock)
        {
            _nearing++;
            TryOpen();
        }
    }

    /// <summary>A turn that was about to end has ended.</summary>
    public void Passed()
    {
        lock (_lock)
        {
            _nearing--;
            _isUnwanted = false;
        }
    }

    /// <summary>
    /// A slot's connection has carried what it will, and takes its leave: beside the slot where the limit has room for that,
    /// else the slot waits for it before it opens another one.
    /// </summary>
    /// <returns>The connection that the slot goes on with, perhaps still being opened, null when it opens one itself; and what it waits for.</returns>
    public (Task<IMailSession?>? Next, Task Left) Replace(IMailSession old)
    {
        Task<IMailSession?>? next = null;
        lock (_lock)
        {
            if (IsAllowed && (_ahead is null ? !_isUsed : _ahead.Settings == _email.Lane.Settings))
            {
                next = _ahead?.Opening;
                _ahead?.Take();
                (_ahead, _isUsed) = (null, !IsPrompt);
                if (_isUsed)
                {
                    // Both ways the lane is at its threads plus the old one, until that is closed.
                    Run(() => LeaveAsync(old));
                    return (next, Task.CompletedTask);
                }

                TryOpen();
            }
            else
            {
                DiscardUseless();
            }
        }

        return (next, _email.CloseAsync(old).AsTask()); // QUIT leaves here, on this thread
    }

    /// <summary>The relay asks to be left in peace, settings changed, the lane stops: what was opened ahead may be of no use any more.</summary>
    public void Reconsider()
    {
        lock (_lock)
        {
            DiscardUseless();
        }
    }

    /// <summary>The slots have ended: complete when no connection is left behind.</summary>
    public async ValueTask EndAsync()
    {
        Task[] under;
        lock (_lock)
        {
            under = [.. _under];
        }

        await Task.WhenAll(under).ConfigureAwait(false);
    }

    private void DiscardUseless()
    {
        if (_ahead is not null && !(IsAllowed && _ahead.Settings == _email.Lane.Settings))
        {
            _ahead.Cancel();
        }
    }

    private void TryOpen()
    {
        if (_nearing > 0 && !_isUsed && !_isUnwanted && IsAllowed && _email.Connector.IsClosed && _email.Lane.Partitioner.HasUnspokenWork)
        {
            (_isUsed, _ahead) = (true, new Ahead(_email.Lane.Settings));
            var ahead = _ahead;
            Run(() => KeepAsync(ahead));
        }
    }

    /// <summary>Opens it and keeps it for as long as a connection may wait for messages.</summary>
    private async Task KeepAsync(Ahead ahead)
    {
        using var own = ahead;
        var session = await OpenAsync(ahead.Unwanted).ConfigureAwait(false);
        ahead.Opened(session);
        if (session is not null)
        {
            await ahead.WaitAsync(_email.IdleTimeout, _email.Lane.Time).ConfigureAwait(false);
        }

        lock (_lock)
        {
            if (_ahead != ahead)
            {
                return; // a slot has it, and what that one left behind counts in its place
            }

            // Nobody came for it. Another one would wait as long, until some turn has ended.
            (_ahead, _isUnwanted) = (null, true);
        }

        await LeaveAsync(session).ConfigureAwait(false);
    }

    private async Task<IMailSession?> OpenAsync(CancellationToken unwanted)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(unwanted, _email.Lane.Stopping);
        try
        {
            var session = await _email.Connector.OpenAheadAsync(either.Token).ConfigureAwait(false);
            (session as IWaitingSession)?.BeginWait();
            return session;
        }
        catch (MailTransportException fault)
        {
            await RestAsync(fault).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException)
        {
            return null; // slowed down or stopped
        }
        catch (Exception fault)
        {
            _email.Lane.Fail(fault); // the ledger would not have the pause
            return null;
        }
    }

    private async ValueTask RestAsync(MailTransportException fault)
    {
        var rest = fault.Fault is TransportFault.SlowDown ? RestAfterRefusal : RestAfterFault;
        _email.Lane.Log.NothingOpenedAhead(rest, AddressMask.Mask(fault.Message));
        lock (_lock)
        {
            _notBefore = _email.Lane.Time.GetUtcNow() + rest;
        }

        if (fault.Pauses)
        {
            // As a slot does it, and before the slots try the same login one after the other.
            await _email.Lane.PauseAllAsync(fault.Message).ConfigureAwait(false);
        }
    }

    private async Task LeaveAsync(IMailSession? session)
    {
        if (session is not null)
        {
            await _email.CloseAsync(session).ConfigureAwait(false);
        }

        lock (_lock)
        {
            _isUsed = false;
            TryOpen();
        }
    }

    /// <summary>Under the lock. On another thread, so that whoever reports a verdict is not kept.</summary>
    private void Run(Func<Task> work)
    {
        _under.RemoveAll(static t => t.IsCompletedSuccessfully);
        _under.Add(Task.Run(work));
    }

    /// <summary>A connection that is nobody's yet. Told under the lock, and only while it is the lane's.</summary>
    private sealed class Ahead(MailingSettings settings) : IDisposable
    {
        private readonly TaskCompletionSource<IMailSession?> _opening = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenSource _unwanted = new();

        /// <summary>What it is opened with: new settings hold from the next connection on.</summary>
        public MailingSettings Settings { get; } = settings;

        /// <summary>The connection, or null when it could not be opened.</summary>
        public Task<IMailSession?> Opening => _opening.Task;

        public CancellationToken Unwanted => _unwanted.Token;

        public void Opened(IMailSession? session) => _opening.SetResult(session);

        public async Task WaitAsync(TimeSpan longest, TimeProvider time) =>
            await Task.WhenAny(_taken.Task, Task.Delay(longest, time, _unwanted.Token)).ConfigureAwait(false);

        public void Take() => _taken.SetResult();

        // Not on this thread: it holds the lock, and whoever is cut may go on at once.
        public void Cancel() => _ = _unwanted.CancelAsync();

        public void Dispose()
        {
            _unwanted.Cancel(); // the timer of the wait, when a slot came before it
            _unwanted.Dispose();
        }
    }
}
