using SuperMail.Dispatch.Ledgers;
using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Tests.Dispatching.DispatcherUnderTest;

namespace SuperMail.Dispatch.Tests.Hosting;

public class StopTests
{
    [Fact]
    public async Task A_stop_drains_what_is_on_the_wire_and_takes_nothing_new()
    {
        var (reached, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var transport = new WatchedTransport(async (_, _, _) =>
        {
            reached.TrySetResult();
            await go.Task;
        });
        var ledger = new InMemoryLedger(TimeProvider.System);
        await using var tested = new HostUnderTest(
            settings: ChangeableSettings.Valid().Email("SmtpThreads", "1"), transport: transport, build: b => b.UseLedger(_ => ledger));
        await tested.StartAsync();
        var id = await tested.Dispatcher.EnqueueAsync(Mailing(100), Token);
        await reached.Task.WaitAsync(Token);
        var stopping = tested.StopAsync(Token);
        Assert.False(stopping.IsCompleted);
        go.SetResult();
        await stopping;
        var counts = (await ledger.FindMailingAsync(id, Token))!.Counts;
        Assert.Equal((1, 0, 99), (counts.Sent, counts.InDoubt, counts.Ready));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => tested.Dispatcher.SendAsync(Mailing(1), cancellationToken: Token));
        Assert.Equal(1, transport.Carried.Sum());
    }

    [Fact]
    public async Task The_drain_time_out_cuts_what_does_not_end_and_it_is_in_doubt()
    {
        var clock = new FakeClock();
        var reached = new TaskCompletionSource();
        var transport = new WatchedTransport(async (_, _, token) =>
        {
            reached.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
        });
        var ledger = new InMemoryLedger(clock);
        await using var tested = new HostUnderTest(
            settings: ChangeableSettings.Valid().Email("SmtpThreads", "1"), transport: transport, time: clock, build: b => b.UseLedger(_ => ledger));
        await tested.StartAsync();
        var id = await tested.Dispatcher.EnqueueAsync(Mailing(10), Token);
        await reached.Task.WaitAsync(Token);
        var stopping = tested.StopAsync(Token);
        await clock.WaitForTimerDueInAsync(TimeSpan.FromSeconds(20), Token);
        Assert.False(stopping.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(20));
        await stopping;
        var counts = (await ledger.FindMailingAsync(id, Token))!.Counts;
        Assert.Equal((0, 1, 9), (counts.Sent, counts.InDoubt, counts.Ready));
    }

    [Fact]
    public async Task The_hosts_shutdown_token_cuts_at_once_and_says_which_settings_disagree()
    {
        var reached = new TaskCompletionSource();
        var transport = new WatchedTransport(async (_, _, token) =>
        {
            reached.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
        });
        await using var tested = new HostUnderTest(settings: ChangeableSettings.Valid().With("Mailing:DrainTimeout", "00:10:00"), transport: transport);
        await tested.StartAsync();
        await tested.Dispatcher.EnqueueAsync(Mailing(10), Token);
        await reached.Task.WaitAsync(Token);
        using var shutdown = new CancellationTokenSource();
        var stopping = tested.StopAsync(shutdown.Token);
        await shutdown.CancelAsync();
        await stopping;
        Assert.Contains("ShutdownTimeout", Assert.Single(tested.Log.Of(1019)).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_never_sent_stops_and_is_disposed_twice()
    {
        await using var tested = new HostUnderTest(transport: new RecordingTransport());
        await tested.StartAsync();
        _ = tested.Dispatcher;
        await tested.StopAsync(Token);
        await tested.StopAsync(Token);
        await tested.DisposeAsync();
    }

    [Fact]
    public async Task Who_waits_is_told_that_the_dispatcher_stopped()
    {
        var (reached, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var transport = new WatchedTransport(async (_, _, _) =>
        {
            reached.TrySetResult();
            await go.Task;
        });
        await using var tested = new HostUnderTest(transport: transport);
        await tested.StartAsync();
        var sending = tested.Dispatcher.SendAsync(Mailing(500), cancellationToken: Token);
        await reached.Task.WaitAsync(Token);
        var stopping = tested.StopAsync(Token);
        go.SetResult();
        await stopping;
        var fault = await Assert.ThrowsAsync<ObjectDisposedException>(() => sending);
        Assert.Contains(nameof(IMailingDispatcher), fault.Message, StringComparison.Ordinal);
    }
}
