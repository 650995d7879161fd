using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SuperMail.Dispatch.Delivery;
using SuperMail.Dispatch.Testing;
using SuperMail.Dispatch.Tests.Hosting;
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

    [Fact]
    public async Task Breaks_double_with_each_failed_probe_up_to_five_minutes_and_start_short_again_once_the_relay_was_back()
    {
        var clock = new FakeClock();
        var away = true;
        using var log = new CollectedLog();
        var transport = new ManualTransport(() => away ? throw new MailTransportException(TransportFault.Connection, DeliveryPhase.Connect, "away") : Task.CompletedTask);
        var connector = Over(transport, clock, log.CreateLogger("SuperMail.Dispatch"));
        async Task PassAsync(int breaks)
        {
            while (log.Of(1010).Count() < breaks)
            {
                var opening = connector.TryOpenAsync(Xunit.TestContext.Current.CancellationToken).AsTask();
                await HealthTests.Passing(clock, () => ValueTask.FromResult(opening.IsCompleted));
                Assert.Null(await opening);
                clock.Advance(TimeSpan.FromSeconds(1));
            }
        }

        await PassAsync(8);
        var before = Breaks().Length;
        away = false;
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.NotNull(await connector.TryOpenAsync(Xunit.TestContext.Current.CancellationToken));
        away = true;
        await PassAsync(before + 2);

        // Time passes while an attempt is under way, which may meet another break.
        Assert.Equal(["00:00:05", "00:00:10", "00:00:20", "00:00:40", "00:01:20", "00:02:40"], Breaks().Take(6));
        Assert.All(Breaks()[6..before], static length => Assert.Equal("00:05:00", length));
        Assert.Equal(["00:00:05", "00:00:10"], Breaks().Skip(before).Take(2));

        string[] Breaks() => [.. log.Of(1010).Select(static e => e.Sentence.Split(' ')[^1].TrimEnd('.'))];
    }

    private static Connector Over(IMailTransport transport, TimeProvider? time = null, ILogger? log = null) => new(
        transport,
        new LaneThrottle(time ?? TimeProvider.System, static () => 5, static () => 0, static _ => { }, static (_, _) => { }),
        time ?? TimeProvider.System,
        log ?? NullLogger.Instance);

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
