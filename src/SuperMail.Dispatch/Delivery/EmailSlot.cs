using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Partitioning;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Delivery;

/// <summary>One slot of a lane: takes a turn, opens a connection, carries the turn's messages, and takes the next.</summary>
internal sealed class EmailSlot(EmailLane lane, int slot)
{
    /// <summary>Ends when the slot has no share any more, or the lane stops or fails.</summary>
    public async Task RunAsync()
    {
        try
        {
            // Asked again when the slot has its share back: settings may have changed twice before this one noticed.
            while (!lane.IsStopping && (await TakeTurnAsync().ConfigureAwait(false) || lane.HasShare(slot)))
            {
            }
        }
        catch (OperationCanceledException) when (lane.IsStopping)
        {
            // Stopped while it waited for work or for the relay.
        }
        catch (Exception) when (lane.Fault is not null)
        {
            // The ledger failed; said where it was found.
        }
        catch (Exception fault)
        {
            lane.Fail(fault);
        }
    }

    /// <summary>One turn from work to QUIT. False when this slot has no share any more.</summary>
    private async ValueTask<bool> TakeTurnAsync()
    {
        IMailSession? session = null;
        if (!lane.Connector.IsClosed)
        {
            // While the relay is away nothing is begun: first a connection, then the work for it.
            await lane.Partitioner.WaitForWorkAsync(slot, lane.Stopping).ConfigureAwait(false);
            session = await lane.Connector.OpenAsync(lane.Stopping).ConfigureAwait(false);
            if (session is null)
            {
                if (await lane.PauseAllAsync().ConfigureAwait(false))
                {
                    await lane.PausedAsync().ConfigureAwait(false);
                }

                return true;
            }
        }

        var turn = await FirstWindowAsync(session).ConfigureAwait(false);
        if (turn is null)
        {
            return session is not null;
        }

        using var feed = new TurnFeed(lane, turn);
        var isRefused = false;
        try
        {
            do
            {
                session ??= await OpenForAsync(feed).ConfigureAwait(false);
                if (session is null)
                {
                    isRefused = !feed.IsCut && await lane.PauseAllAsync().ConfigureAwait(false);
                    break;
                }

                await CarryAsync(session, feed).ConfigureAwait(false);
                session = null;
            }
            while (feed.HasLeft && !lane.IsStopping);
        }
        finally
        {
            await feed.GiveBackAsync().ConfigureAwait(false);
            lane.Partitioner.EndTurn(turn);
        }

        if (isRefused)
        {
            // Not before the turn is given back: a pause that takes refusals back waits for the slices that it holds.
            await lane.PausedAsync().ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>A connection for begun recipients: given up at the drain deadline of a mailing, for it may take minutes.</summary>
    private async ValueTask<IMailSession?> OpenForAsync(TurnFeed feed)
    {
        using var abort = lane.EnterWire(feed);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(abort.Token, lane.Stopping);
        feed.IsConnecting = true;
        try
        {
            return await lane.Connector.TryOpenAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested && !lane.IsStopping)
        {
            feed.IsCut = true;
            return null;
        }
        finally
        {
            feed.IsConnecting = false;
            lane.LeaveWire(feed);
        }
    }

    // What was reported stands, however a connection ends: a host's own transport may throw when it is closed.
    private async ValueTask CloseAsync(IMailSession session)
    {
        try
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            lane.Log.TransportFailed(fault);
        }
    }

    private async ValueTask<Turn?> FirstWindowAsync(IMailSession? open)
    {
        if (open is null)
        {
            return await lane.Partitioner.TakeTurnAsync(slot, lane.Stopping).ConfigureAwait(false);
        }

        using var idle = new CancellationTokenSource(lane.IdleTimeout, lane.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, lane.Stopping);
        try
        {
            if (await lane.Partitioner.TakeTurnAsync(slot, either.Token).ConfigureAwait(false) is { } turn)
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

    private async ValueTask CarryAsync(IMailSession session, TurnFeed feed)
    {
        using var abort = lane.EnterWire(feed);
        feed.BeginConnection(session);
        try
        {
            await session.SendAsync(feed, abort.Token).ConfigureAwait(false);
        }
        catch (MailTransportException fault)
        {
            lane.Log.ConnectionEnded(fault.Message);
            if (fault.Fault is TransportFault.SlowDown)
            {
                lane.Throttle.SlowDown();
            }
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            // The drain deadline: what has no verdict is in doubt.
        }
        catch (Exception fault) when (lane.Fault is null)
        {
            lane.Log.TransportFailed(fault);
        }
        finally
        {
            feed.EndConnection();
            if (feed.IsFruitless && !lane.IsStopping)
            {
                lane.Throttle.Fruitless();
            }

            lane.LeaveWire(feed);
            await CloseAsync(session).ConfigureAwait(false);
        }
    }
}
