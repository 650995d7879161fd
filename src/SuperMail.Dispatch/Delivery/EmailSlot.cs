using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Partitioning;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Delivery;

/// <summary>A turn of a slot: opens a connection, carries the turn's messages, closes it.</summary>
internal sealed class EmailSlot(EmailLane email, int slot)
{
    private readonly Lane _lane = email.Lane;

    /// <summary>One turn from work to QUIT. False when this slot has no share any more.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> TakeTurnAsync()
    {
        IMailSession? session = null;
        if (!email.Connector.IsClosed)
        {
            // While the relay is away nothing is begun: first a connection, then the work for it.
            await _lane.Partitioner.WaitForWorkAsync(slot, _lane.Stopping).ConfigureAwait(false);
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

    /// <summary>A connection for begun recipients: given up at the drain deadline of a mailing, for it may take minutes.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<IMailSession?> OpenForAsync(TurnFeed feed)
    {
        using var abort = _lane.EnterWire(feed);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(abort.Token, _lane.Stopping);
        feed.IsConnecting = true;
        try
        {
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

    // What was reported stands, however a connection ends: a host's own transport may throw when it is closed.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask CloseAsync(IMailSession session)
    {
        try
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            _lane.Log.TransportFailed(fault);
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

        await CloseAsync(open).ConfigureAwait(false);
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
                email.Throttle.SlowDown();
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
            if (feed.IsFruitless && !_lane.IsStopping)
            {
                email.Throttle.Fruitless();
            }

            _lane.LeaveWire(feed);
            await CloseAsync(session).ConfigureAwait(false);
        }
    }
}
