using Microsoft.Extensions.Logging.Abstractions;
using SuperMail.Dispatch.Delivery;
using Xunit;

namespace SuperMail.Dispatch.Tests.Delivery;

public sealed class ConnectorTests
{
    [Fact]
    public async Task A_connection_that_opened_although_it_was_called_off_is_closed_again()
    {
        using var called = new CancellationTokenSource();
        var transport = new ManualTransport(() => called.Cancel());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Over(transport).TryOpenAsync(called.Token));
        Assert.Equal((1, 1), (transport.Opened, transport.Closed));
    }

    [Fact]
    public async Task A_connection_that_opened_once_others_had_found_the_relay_away_is_used()
    {
        ManualTransport transport = null!;
        Connector connector = null!;
        var inside = 0;
        transport = new ManualTransport(async () =>
        {
            // The first opening lasts until the breaker has had enough of two others.
            if (Interlocked.Increment(ref inside) > 1)
            {
                throw new MailTransportException(TransportFault.Connection, DeliveryPhase.Connect, "away");
            }

            while (connector.IsClosed)
            {
                Assert.Null(await connector.TryOpenAsync(CancellationToken.None));
            }
        });
        connector = Over(transport, new ImmediateTime());
        Assert.NotNull(await connector.TryOpenAsync(CancellationToken.None));
        Assert.False(connector.IsClosed);
        Assert.Equal((1, 0), (transport.Opened, transport.Closed));
    }

    private static Connector Over(IMailTransport transport, TimeProvider? time = null) => new(
        transport,
        new LaneThrottle(time ?? TimeProvider.System, static () => 5, static () => 0, static _ => { }, static (_, _) => { }),
        time ?? TimeProvider.System,
        NullLogger.Instance);

    /// <summary>Waits for nothing: what is to happen later happens at once.</summary>
    private sealed class ImmediateTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? TimeSpan.FromTicks(1) : dueTime, period);
    }

    private sealed class ManualTransport(Func<Task> opening) : IMailTransport
    {
        public ManualTransport(Action opening)
            : this(() =>
            {
                opening();
                return Task.CompletedTask;
            })
        {
        }

        public int Opened { get; private set; }

        public int Closed { get; private set; }

        public async ValueTask<IMailSession> OpenAsync(CancellationToken cancellationToken)
        {
            await opening();
            Opened++;
            return new Session(this);
        }

        private sealed class Session(ManualTransport transport) : IMailSession
        {
            public ValueTask SendAsync(IMailFeed feed, CancellationToken cancellationToken) => default;

            public ValueTask DisposeAsync()
            {
                transport.Closed++;
                return default;
            }
        }
    }
}
