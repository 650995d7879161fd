using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using SuperMail.Dispatch.Ledgers;
using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Tests.Dispatching.DispatcherUnderTest;

namespace SuperMail.Dispatch.Tests.Hosting;

public class HealthTests
{
    private static readonly Verdict Taken = new() { Kind = VerdictKind.Sent, ReplyCode = 250 };

    [Fact]
    public async Task The_container_makes_the_check_as_health_checks_ask_it_to()
    {
        await using var tested = new HostUnderTest(transport: new RecordingTransport());
        await tested.StartAsync();
        var check = ActivatorUtilities.GetServiceOrCreateInstance<MailingDispatchHealthCheck>(tested.Services);
        Assert.Equal(HealthStatus.Healthy, (await check.CheckHealthAsync(new HealthCheckContext(), Token)).Status);
    }

    [Fact]
    public async Task A_relay_that_is_away_for_an_hour_costs_nobody_anything_and_the_mailing_goes_on_by_itself()
    {
        var clock = new FakeClock();
        var back = clock.GetUtcNow().AddHours(1);
        var attempts = 0;
        var transport = new RecordingTransport
        {
            OnOpen = (_, _) =>
            {
                Interlocked.Increment(ref attempts);
                return clock.GetUtcNow() < back
                    ? throw new MailTransportException(TransportFault.Connection, DeliveryPhase.Connect, "relay.test:25: connection refused")
                    : default;
            },
        };
        await using var tested = new HostUnderTest(settings: Kept(ChangeableSettings.Valid()), transport: transport, time: clock);
        await tested.StartAsync();
        var sending = tested.Dispatcher.SendAsync(Mailing(1000), cancellationToken: Token);
        await Passing(clock, async () => (await tested.HealthAsync()).Status is HealthStatus.Unhealthy);
        var health = await tested.HealthAsync();
        Assert.Contains("connection refused", health.Description, StringComparison.Ordinal);
        await Passing(clock, () => ValueTask.FromResult(clock.GetUtcNow() >= back.AddMinutes(-1)));
        Assert.False(sending.IsCompleted);
        Assert.Empty(transport.Messages);
        Assert.True(attempts is >= 5 and <= 60, $"{attempts} attempts in an hour; breaks of {string.Join(", ", tested.Log.Of(1010).Select(static e => e.Sentence.Split(' ')[^1]))}"); // left in peace meanwhile
        var id = (await tested.Dispatcher.ListAsync(cancellationToken: Token).SingleAsync(Token)).Id;
        var counts = (await tested.Dispatcher.GetStatusAsync(id, Token)).Report.Counts;
        Assert.Equal((0, 0, 0), (counts.Failed, counts.InDoubt, counts.Retry));

        await Passing(clock, () => ValueTask.FromResult(sending.IsCompleted));
        var report = await sending;
        Assert.Equal((1000, MailingState.Completed), (report.Counts.Sent, report.State));
        Assert.Equal(1000, transport.Messages.Select(static m => m.Envelope.To).Distinct().Count());
        Assert.Equal(1000, transport.Messages.Count);
        Assert.Equal(HealthStatus.Healthy, (await tested.HealthAsync()).Status);
        Assert.NotEmpty(tested.Log.Of(1010));
        await Until(() => ValueTask.FromResult(tested.Log.Of(1011).Any())); // the breaker tells of it after it let the others through
        Assert.Single(tested.Log.Of(1011));
    }

    [Fact]
    public async Task A_server_that_refuses_connections_and_comes_back_is_used_again()
    {
        var clock = new FakeClock();
        await using var server = SmtpTestServer.Start();
        await server.RefuseConnectionsAsync();
        await using var tested = new HostUnderTest(settings: Patient(Kept(ChangeableSettings.Valid(server))), time: clock);
        await tested.StartAsync();
        var sending = tested.Dispatcher.SendAsync(Mailing(50), cancellationToken: Token);
        await Passing(clock, async () => (await tested.HealthAsync()).Status is HealthStatus.Unhealthy);
        server.AcceptConnections();
        while (!sending.IsCompleted)
        {
            // While something may be on the wire, whose time-outs follow this clock, only as much passes as ends the
            // idle wait of a connection with share left; what waits for that connection would wait for ever.
            await Passing(clock, () => ValueTask.FromResult(sending.IsCompleted || server.OpenConnections > 0));
            var looks = 0;
            await Until(() => ValueTask.FromResult(sending.IsCompleted || server.OpenConnections == 0 || ++looks == 500));
            clock.Advance(TimeSpan.FromSeconds(looks == 500 ? 3 : 0));
        }

        Assert.Equal((50, 0, 0), ((await sending).Counts.Sent, (await sending).Counts.Failed, (await sending).Counts.InDoubt));
        Assert.Equal(50, server.MessagesAccepted);
        Assert.Equal(HealthStatus.Healthy, (await tested.HealthAsync()).Status);
    }

    [Fact]
    public async Task A_relay_that_asks_for_peace_degrades_health_until_it_takes_mail_again()
    {
        var clock = new FakeClock();
        var calm = false;
        var transport = new RecordingTransport(_ => Volatile.Read(ref calm)
            ? Taken
            : new Verdict { Kind = VerdictKind.NotSent, Signal = RelaySignal.SlowDown, Phase = DeliveryPhase.Mail, ReplyCode = 421, Text = "too much" });
        await using var tested = new HostUnderTest(settings: Kept(ChangeableSettings.Valid()), transport: transport, time: clock);
        await tested.StartAsync();
        var sending = tested.Dispatcher.SendAsync(Mailing(2000), cancellationToken: Token);
        await Until(async () => (await tested.HealthAsync()).Status is HealthStatus.Degraded);
        Assert.Contains("left in peace", (await tested.HealthAsync()).Description, StringComparison.Ordinal);
        Volatile.Write(ref calm, true);
        await Passing(clock, () => ValueTask.FromResult(sending.IsCompleted));
        Assert.Equal(2000, (await sending).Counts.Sent);
        Assert.Equal(HealthStatus.Healthy, (await tested.HealthAsync()).Status);
    }

    [Theory]
    [InlineData("RecordAsync")]
    [InlineData("BeginAsync")]
    [InlineData("ClaimAsync")]
    [InlineData("CompleteAsync")]
    [InlineData("ListReadyAsync")]
    public async Task A_ledger_that_fails_stops_all_sending_and_nothing_hangs(string operation)
    {
        var full = false;
        var transport = new RecordingTransport { OnMessage = (_, _) => default };
        await using var tested = new HostUnderTest(
            transport: transport,
            build: b => b.UseLedger(_ => new FailingLedger(new InMemoryLedger(TimeProvider.System), o => Volatile.Read(ref full) && o == operation)));
        await tested.StartAsync();
        Assert.Equal(30, (await tested.Dispatcher.SendAsync(Mailing(30), cancellationToken: Token)).Counts.Sent);
        Assert.Equal(HealthStatus.Healthy, (await tested.HealthAsync()).Status);
        Volatile.Write(ref full, true);

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => tested.Dispatcher.SendAsync(Mailing(5000, "later"), cancellationToken: Token));
        Assert.Contains("no space left", fault.InnerException?.Message, StringComparison.Ordinal);
        var health = await tested.HealthAsync();
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.IsType<IOException>(health.Exception);
        Assert.NotEmpty(tested.Log.Of(1017));

        // Without a record: at most what was begun before, two windows a connection. Then never again, not even when there is room.
        Assert.InRange(transport.Messages.Count, 30, operation == "RecordAsync" ? 30 + (5 * 2 * 20) : 5000);
        Volatile.Write(ref full, false);
        var sent = transport.Messages.Count;
        await Assert.ThrowsAsync<InvalidOperationException>(() => tested.Dispatcher.SendAsync(Mailing(5, "last"), cancellationToken: Token));
        await Assert.ThrowsAsync<InvalidOperationException>(() => tested.Dispatcher.EnqueueAsync(Mailing(5, "last"), Token));
        Assert.Equal(sent, transport.Messages.Count);
        await tested.StopAsync(Token);
    }

    [Fact]
    public async Task A_transport_that_throws_what_it_must_not_is_a_relay_that_is_away()
    {
        var clock = new FakeClock();
        var broken = true;
        var transport = new RecordingTransport { OnOpen = (_, _) => Volatile.Read(ref broken) ? throw new TaskCanceledException("HttpClient.Timeout") : default };
        await using var tested = new HostUnderTest(settings: Kept(ChangeableSettings.Valid()), transport: transport, time: clock);
        await tested.StartAsync();
        var sending = tested.Dispatcher.SendAsync(Mailing(10), cancellationToken: Token);
        await Passing(clock, async () => (await tested.HealthAsync()).Status is HealthStatus.Unhealthy);
        Assert.Empty(tested.Log.Of(1017));
        Volatile.Write(ref broken, false);
        await Passing(clock, () => ValueTask.FromResult(sending.IsCompleted));
        Assert.Equal(10, (await sending).Counts.Sent);
    }

    // The tests' hours pass in an instant: a mailing must not be forgotten before its report is read.
    private static ChangeableSettings Kept(ChangeableSettings settings) => settings.With("Mailing:KeepFinished", "30.00:00:00");

    /// <summary>Lets time pass second by second until it is so, giving the others the processor in between.</summary>
    private static ChangeableSettings Patient(ChangeableSettings settings)
    {
        string[] waits = ["Connect", "Greeting", "Hello", "Envelope", "Data", "Block", "EndOfData"];
        return waits.Aggregate(settings, static (s, wait) => s.Email($"Timeouts:{wait}", "01:00:00"));
    }

    internal static Task Passing(FakeClock clock, Func<ValueTask<bool>> isSo) => Until(async () =>
    {
        if (await isSo())
        {
            return true;
        }

        await Task.Yield();
        clock.Advance(TimeSpan.FromSeconds(1));
        return false;
    });
}
