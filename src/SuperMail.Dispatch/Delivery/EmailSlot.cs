using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Partitioning;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Delivery;

/// <summary>A slot, turn after turn: opens a connection, carries the turn's messages, closes it. Used by the slot's own loop.</summary>
internal sealed class EmailSlot(EmailLane email, int slot)
{
    private readonly Lane _lane = email.Lane;

    // The connection of the next turn, opened ahead; perhaps still being opened, perhaps in vain.
    private Task<IMailSession?>? _next;
    private bool _wasAhead;

    // The last connection takes its leave. Of one slot no more than one does: a relay need not answer QUIT for seconds.
    private Task _leaving = Task.CompletedTask;

    /// <summary>
    /// One turn from work to QUIT. Work for the next turn is begun while the reply to QUIT is awaited. False when this slot
    /// has no share any more.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> TakeTurnAsync()
    {
        var session = await TakeNextAsync(_lane.Stopping).ConfigureAwait(false);
        if (session is null && !email.Connector.IsClosed)
        {
            // While the relay is away nothing is begun: first a connection, then the work for it.
            await _lane.Partitioner.WaitForWorkAsync(slot, _lane.Stopping).ConfigureAwait(false);
            await LeftAsync(_lane.Stopping).ConfigureAwait(false);
            session = await email.Connector.OpenAsync(_lane.Stopping).ConfigureAwait(false);
            if (session is null)
            {
                if (await email.PauseAllAsync().ConfigureAwait(false))
                {
                    await _lane.PausedAsync().ConfigureAwait(false);
                }

                return true;
            }
        }

        var turn = await FirstWindowAsync(session).ConfigureAwait(false);
        if (turn is null)
        {
            return session is not null;
        }

        using var feed = new TurnFeed(email, turn);
        var isRefused = false;
        try
        {
            do
            {
                session ??= await OpenForAsync(feed).ConfigureAwait(false);
                if (session is null)
                {
                    isRefused = !feed.IsCut && await email.PauseAllAsync().ConfigureAwait(false);
                    break;
                }

                await CarryAsync(session, feed).ConfigureAwait(false);
                session = null;
            }
            while (feed.HasLeft && !_lane.IsStopping);
        }
        finally
        {
            await feed.GiveBackAsync().ConfigureAwait(false);
            _lane.Partitioner.EndTurn(turn);
        }

        if (isRefused)
        {
            // Not before the turn is given back: a pause that takes refusals back waits for the slices that it holds.
            await _lane.PausedAsync().ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>The lane has stopped: a connection that was to carry the next turn is closed.</summary>
    public async ValueTask EndAsync()
    {
        if (await TakeNextAsync(CancellationToken.None).ConfigureAwait(false) is { } session)
        {
            await email.CloseAsync(session).ConfigureAwait(false);
        }

        await _leaving.ConfigureAwait(false);
    }

    private Task LeftAsync(CancellationToken cancellationToken) =>
        email.Spare.IsPrompt ? Task.CompletedTask : _leaving.WaitAsync(cancellationToken);

    private async ValueTask<IMailSession?> TakeNextAsync(CancellationToken cancellationToken)
    {
        var session = _next is null ? null : await _next.WaitAsync(cancellationToken).ConfigureAwait(false);
        _next = null;
        _wasAhead = session is not null;
        return session;
    }

    /// <summary>A connection for begun recipients: given up at the drain deadline of a mailing, for it may take minutes.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<IMailSession?> OpenForAsync(TurnFeed feed)
    {
        using var abort = _lane.EnterWire(feed);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(abort.Token, _lane.Stopping);
        feed.IsConnecting = true;
        try
        {
            if (await TakeNextAsync(either.Token).ConfigureAwait(false) is { } ahead)
            {
                return ahead;
            }

            await LeftAsync(either.Token).ConfigureAwait(false);
            return await email.Connector.TryOpenAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested && !_lane.IsStopping)
        {
            feed.IsCut = true;
            return null;
        }
        finally
        {
            feed.IsConnecting = false;
            _lane.LeaveWire(feed);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Turn?> FirstWindowAsync(IMailSession? open)
    {
        if (open is null)
        {
            return await _lane.Partitioner.TakeTurnAsync(slot, _lane.Stopping).ConfigureAwait(false);
        }

        using var idle = new CancellationTokenSource(email.IdleTimeout, _lane.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, _lane.Stopping);
        try
        {
            if (await _lane.Partitioner.TakeTurnAsync(slot, either.Token).ConfigureAwait(false) is { } turn)
            {
                return turn;
            }
        }
        catch (OperationCanceledException)
        {
            // Another slot was quicker: the connection is closed again.
        }

        await email.CloseAsync(open).ConfigureAwait(false);
        return null;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask CarryAsync(IMailSession session, TurnFeed feed)
    {
        using var abort = _lane.EnterWire(feed);
        feed.BeginConnection(session);
        try
        {
            await session.SendAsync(feed, abort.Token).ConfigureAwait(false);
        }
        catch (MailTransportException fault)
        {
            _lane.Log.ConnectionEnded(fault.Message);
            if (fault.Fault is TransportFault.SlowDown)
            {
                email.Throttle.SlowDown(fault.Message);
            }
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            // The drain deadline: what has no verdict is in doubt.
        }
        catch (Exception fault) when (!_lane.IsFaulted)
        {
            _lane.Log.TransportFailed(fault);
        }
        finally
        {
            feed.EndConnection();
            if (feed.IsFruitless && !_wasAhead && !_lane.IsStopping)
            {
                // One that stood idle may have been closed meanwhile: the next one is fresh, and tells.
                email.Throttle.Fruitless();
            }

            _lane.LeaveWire(feed);
            await _leaving.ConfigureAwait(false);
            (_next, _leaving) = email.Spare.Replace(session);
            if (email.Throttle.IsSlowed)
            {
                // Fewer turns than slots: the next one may be another slot's, which knows nothing of this connection.
                await _leaving.ConfigureAwait(false);
            }
        }
    }
}
