using Microsoft.Extensions.Diagnostics.HealthChecks;
using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Tests.Dispatching.DispatcherUnderTest;

namespace SuperMail.Dispatch.Tests.Hosting;

public class ReloadTests
{
    [Theory]
    [InlineData(30, 3)] // less
    [InlineData(10, 10)]
    [InlineData(400, 8)] // more
    [InlineData(1, 1)]
    public async Task New_quotas_hold_from_the_next_connection_on_and_never_sum_up_to_more_than_the_new_maximum(int maximum, int threads)
    {
        const int before = 5;
        var held = 0;
        var (allHeld, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var transport = new WatchedTransport(async (_, _, _) =>
        {
            if (Interlocked.Increment(ref held) == before)
            {
                allHeld.SetResult();
            }

            await go.Task;
        });
        await using var tested = new HostUnderTest(transport: transport);
        await tested.StartAsync();
        var id = await tested.Dispatcher.EnqueueAsync(Mailing(1000), Token);
        await allHeld.Task.WaitAsync(Token);
        tested.Settings.Change(("MaxEmailsPerConnection", $"{maximum}"), ("SmtpThreads", $"{threads}"));
        go.SetResult();
        Assert.Equal(1000, (await tested.Dispatcher.WaitAsync(id, Token)).Counts.Sent);

        var carried = transport.Carried;
        Assert.Equal(1000, carried.Sum());
        Assert.All(carried.Take(before), static n => Assert.Equal(20, n)); // they end as they began
        Assert.All(carried.Skip(before), n => Assert.InRange(n, 1, (maximum + threads - 1) / threads));
        var full = transport.OpenTogether().Where(o => o.Any(c => c >= before)).ToArray();
        Assert.NotEmpty(full);
        Assert.All(full, open => Assert.True(
            open.Sum(c => carried[c]) <= maximum, $"{string.Join(" + ", open.Select(c => carried[c]))} at once, {maximum} allowed"));
        Assert.All(full, open => Assert.InRange(open.Length, 1, threads));
    }

    [Fact]
    public async Task More_threads_open_more_connections_while_the_first_is_still_at_work()
    {
        var (reached, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var both = new TaskCompletionSource();
        var transport = new WatchedTransport(async (connection, _, _) =>
        {
            if (connection == 0)
            {
                reached.TrySetResult();
                await go.Task;
            }
            else
            {
                both.TrySetResult();
            }
        });
        await using var tested = new HostUnderTest(settings: ChangeableSettings.Valid().Email("SmtpThreads", "1"), transport: transport);
        await tested.StartAsync();
        var id = await tested.Dispatcher.EnqueueAsync(Mailing(500), Token);
        await reached.Task.WaitAsync(Token);
        Assert.Equal(1, transport.Connections); // its share is the whole maximum
        tested.Settings.Change(("SmtpThreads", "4"), ("MaxEmailsPerConnection", "200"));
        await both.Task.WaitAsync(Token);
        go.SetResult();
        Assert.Equal(500, (await tested.Dispatcher.WaitAsync(id, Token)).Counts.Sent);
        Assert.Equal(100, transport.Carried[0]);
        Assert.All(transport.OpenTogether(), open => Assert.True(open.Sum(c => transport.Carried[c]) <= 200));
    }

    [Fact]
    public async Task Threads_taken_away_and_given_back_are_at_work_again()
    {
        var gate = new SemaphoreSlim(0);
        var transport = new WatchedTransport(async (_, _, token) => await gate.WaitAsync(token));
        await using var tested = new HostUnderTest(settings: ChangeableSettings.Valid().Email("MaxEmailsPerConnection", "8").Email("SmtpThreads", "8"), transport: transport);
        await tested.StartAsync();
        for (var i = 0; i < 50; i++)
        {
            tested.Settings.Change(("SmtpThreads", "1"));
            tested.Settings.Change(("SmtpThreads", "8"));
        }

        var id = await tested.Dispatcher.EnqueueAsync(Mailing(8), Token);
        await Until(() => ValueTask.FromResult(transport.Connections == 8));
        gate.Release(8);
        Assert.Equal(8, (await tested.Dispatcher.WaitAsync(id, Token)).Counts.Sent);
    }

    [Fact]
    public async Task Another_relay_is_used_from_the_next_connection_on()
    {
        await using var first = SmtpTestServer.Start();
        await using var second = SmtpTestServer.Start();
        var go = new TaskCompletionSource();
        first.On(SmtpVerb.EndOfData, SmtpAction.Default.After(go.Task));
        await using var tested = new HostUnderTest(settings: ChangeableSettings.Valid(first).Email("SmtpThreads", "1").Email("MaxEmailsPerConnection", "10"));
        await tested.StartAsync();
        var id = await tested.Dispatcher.EnqueueAsync(Mailing(30), Token);
        await first.WaitForCommandAsync(SmtpVerb.EndOfData, cancellationToken: Token);
        tested.Settings.Change(("Port", $"{second.Port}"));
        go.SetResult();
        Assert.Equal(30, (await tested.Dispatcher.WaitAsync(id, Token)).Counts.Sent);
        Assert.Equal((10, 20), (first.MessagesAccepted, second.MessagesAccepted));
    }

    [Theory]
    [InlineData("SmtpThreads", "0")]
    [InlineData("SmtpThreads", "many")]
    [InlineData("Host", "")]
    [InlineData("DefaultFromAddress", "nobody@example.org")]
    public async Task An_invalid_reload_keeps_the_last_good_settings_degrades_health_and_is_logged_once(string option, string value)
    {
        var transport = new WatchedTransport();
        await using var tested = new HostUnderTest(settings: ChangeableSettings.Valid().Email("SmtpThreads", "2").Email("MaxEmailsPerConnection", "10"), transport: transport);
        await tested.StartAsync();
        var good = tested.Settings.TryGet($"Mailing:Email:{option}", out var was) ? was : null;
        Assert.Equal(HealthStatus.Healthy, (await tested.HealthAsync()).Status);

        tested.Settings.Change((option, value), ("MaxEmailsPerConnection", "1000"));
        Assert.Equal(40, (await tested.Dispatcher.SendAsync(Mailing(40), cancellationToken: Token)).Counts.Sent);
        Assert.All(transport.Carried, static n => Assert.InRange(n, 1, 5));
        var health = await tested.HealthAsync();
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Contains(option, health.Description, StringComparison.Ordinal);
        await tested.HealthAsync();
        Assert.Single(tested.Log.Of(4001));

        tested.Settings.Change((option, good), ("MaxEmailsPerConnection", "20"));
        Assert.Equal(HealthStatus.Healthy, (await tested.HealthAsync()).Status);
        Assert.Single(tested.Log.Of(4002));
        var before = transport.Connections;
        Assert.Equal(40, (await tested.Dispatcher.SendAsync(Mailing(40), cancellationToken: Token)).Counts.Sent);
        Assert.Contains(10, transport.Carried.Skip(before));
    }
}
