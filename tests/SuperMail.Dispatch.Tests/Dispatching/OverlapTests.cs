using SuperMail.Dispatch.Testing;
using SuperMail.Dispatch.Tests.Hosting;
using Xunit;
using static SuperMail.Dispatch.Tests.Dispatching.DispatcherUnderTest;

namespace SuperMail.Dispatch.Tests.Dispatching;

/// <summary>One connection may be open beyond the threads while another one ends. Time stands still, so that a turn is near its end from its first reply on.</summary>
public class OverlapTests
{
    [Fact(Timeout = 30_000)]
    public async Task The_documented_example_never_has_more_than_six_connections_open_and_five_that_carry()
    {
        await using var server = SmtpTestServer.Start();
        await using var tested = new DispatcherUnderTest(static s => s.Email.OverlapConnections = true, server: server);

        var report = await tested.Dispatcher.SendAsync(Mailing(1000), cancellationToken: Token);

        Assert.Equal("1000 sent, 0 failed, 0 in doubt", report.ToString());
        Assert.Equal(1000, server.MessagesAccepted);
        Assert.Equal(Enumerable.Repeat(20, 50), server.MessagesPerConnection.Where(static n => n > 0));
        Assert.InRange(server.MaxOpenConnections, 1, 6);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task However_a_relay_ends_connections_the_limit_is_kept_and_everybody_is_sent_to_once(int seed)
    {
        var random = new Random(seed);
        var (threads, total, limit) = (random.Next(1, 8), random.Next(50, 400), random.Next(2, 12));
        await using var server = SmtpTestServer.Start(o => o.MessageLimit = limit);
        await using var tested = new DispatcherUnderTest(
            s =>
            {
                s.Email.OverlapConnections = true;
                s.Email.SmtpThreads = threads;
                s.Email.MaxEmailsPerConnection = threads * random.Next(1, 10);
                s.BeginWindow = random.Next(1, 20);
            },
            server: server);
        var report = await tested.Dispatcher.SendAsync(Mailing(total), cancellationToken: Token);
        Assert.Equal(total, report.Counts.Sent);
        Assert.Equal(total, server.Messages.Select(static m => m.Recipients[0]).Distinct().Count());
        Assert.Equal(total, server.MessagesAccepted);
        Assert.True(server.MaxOpenConnections <= threads + 1, $"{server.MaxOpenConnections} at once of {threads} threads and one");
    }

    [Fact(Timeout = 15_000)]
    public async Task The_next_connection_is_open_before_the_last_reply_and_carries_nothing_until_then()
    {
        await using var server = SmtpTestServer.Start();
        var early = 0;
        server.On(SmtpVerb.Mail, SmtpAction.Default, when: c => c.Connection == 2 && server.Connections[0].MessagesAccepted < 2 && ++early < 0);
        server.On(SmtpVerb.Bdat, SmtpAction.Default.After(server.WaitForCommandAsync(SmtpVerb.Ehlo, 2, Token)), when: static c => c is { Connection: 1, Occurrence: 2 });
        await using var tested = OneThread(server, new FakeClock());

        Assert.Equal(6, (await tested.Dispatcher.SendAsync(Mailing(6), cancellationToken: Token)).Counts.Sent);

        Assert.Equal(0, early);
        Assert.Equal([2, 2, 2], server.MessagesPerConnection);
        Assert.Equal(2, server.MaxOpenConnections);
    }

    [Fact(Timeout = 15_000)]
    public async Task A_slot_does_not_wait_for_its_connection_to_take_leave()
    {
        await using var server = SmtpTestServer.Start();
        server.On(SmtpVerb.Quit, SmtpAction.Default.After(server.WaitForMessagesAsync(4, Token)), when: static c => c.Connection == 1);
        await using var tested = OneThread(server, new FakeClock());
        Assert.Equal(8, (await tested.Dispatcher.SendAsync(Mailing(8), cancellationToken: Token)).Counts.Sent);
        Assert.Equal(2, server.MaxOpenConnections);
    }

    [Fact(Timeout = 15_000)]
    public async Task Off_by_default_a_connection_is_opened_when_the_one_before_has_taken_leave()
    {
        await using var server = SmtpTestServer.Start();
        await using var tested = new DispatcherUnderTest(static s => (s.Email.SmtpThreads, s.Email.MaxEmailsPerConnection) = (1, 2), server: server, time: new FakeClock());
        Assert.Equal(20, (await tested.Dispatcher.SendAsync(Mailing(20), cancellationToken: Token)).Counts.Sent);
        Assert.Equal(1, server.MaxOpenConnections);
    }

    [Theory(Timeout = 15_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task In_Deep_a_connection_whose_QUIT_has_left_is_as_good_as_closed_and_a_slot_leaves_one_at_a_time(bool overlaps)
    {
        await using var server = SmtpTestServer.Start();
        for (var i = 1; i <= 3; i++)
        {
            // Each is answered when the connection after it has carried what it will.
            var number = i;
            server.On(SmtpVerb.Quit, SmtpAction.Default.After(server.WaitForMessagesAsync((2 * number) + 2, Token)), when: c => c.Connection == number);
        }

        await using var tested = new DispatcherUnderTest(
            s =>
            {
                (s.Email.OverlapConnections, s.Email.Pipelining) = (overlaps, SmtpPipelining.Deep);
                (s.Email.SmtpThreads, s.Email.MaxEmailsPerConnection) = (1, 2);
            },
            server: server,
            time: new FakeClock());
        Assert.Equal(8, (await tested.Dispatcher.SendAsync(Mailing(8), cancellationToken: Token)).Counts.Sent);
        Assert.Equal([2, 2, 2, 2], server.MessagesPerConnection.Where(static n => n > 0));
        Assert.InRange(server.MaxOpenConnections, 2, overlaps ? 3 : 2);
        await tested.DisposeAsync();
        Assert.Equal(server.TotalConnections, server.CountOf(SmtpVerb.Quit));
    }

    [Fact(Timeout = 15_000)]
    public async Task After_a_turn_that_was_shorter_than_an_opening_the_next_connection_is_opened_before_the_first_reply()
    {
        await using var server = SmtpTestServer.Start();

        // Time stands still, so the first turn was no longer than an opening. The second is not told of any verdict before
        // the connection after it is there.
        server.On(SmtpVerb.Bdat, SmtpAction.Default.After(server.WaitForCommandAsync(SmtpVerb.Ehlo, 3, Token)), when: static c => c is { Connection: 2, Occurrence: 1 });
        await using var tested = OneThread(server, new FakeClock());
        Assert.Equal(6, (await tested.Dispatcher.SendAsync(Mailing(6), cancellationToken: Token)).Counts.Sent);
        Assert.Equal([2, 2, 2], server.MessagesPerConnection);
    }

    [Fact(Timeout = 15_000)]
    public async Task Nothing_is_opened_ahead_for_recipients_that_the_running_turn_has_spoken_for()
    {
        await using var server = SmtpTestServer.Start();
        await using var tested = OneThread(server, new FakeClock());
        Assert.Equal(2, (await tested.Dispatcher.SendAsync(Mailing(2), cancellationToken: Token)).Counts.Sent);
        Assert.Equal(1, server.TotalConnections);
    }

    [Fact(Timeout = 15_000)]
    public async Task A_relay_that_counts_connections_is_left_alone_for_an_hour_and_slows_nothing_down()
    {
        var opened = new Opened();
        var transport = new ScriptedTransport(
            ScriptedTransport.TakeAll,
            (number, _) => number == 2
                ? throw new MailTransportException(TransportFault.SlowDown, DeliveryPhase.Connect, "421 too many connections from you@example.org")
                : opened.OneMore(),
            _ => opened.OneLess());
        var clock = new FakeClock();
        await using var tested = new HostUnderTest(settings: OneThread(), transport: transport, time: clock);
        await tested.StartAsync();
        Assert.Equal(40, (await tested.Dispatcher.SendAsync(Mailing(40), cancellationToken: Token)).Counts.Sent);
        Assert.Equal((21, 1), (transport.Connections, opened.Most));
        Assert.DoesNotContain("you@", Assert.Single(tested.Log.Of(1023)).Sentence, StringComparison.Ordinal);
        Assert.Empty(tested.Log.Of(1012));

        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(40, (await tested.Dispatcher.SendAsync(Mailing(40), cancellationToken: Token)).Counts.Sent);
        Assert.Equal(2, opened.Most);
    }

    [Fact(Timeout = 15_000)]
    public async Task Nothing_is_opened_ahead_for_a_relay_that_asked_to_be_left_in_peace()
    {
        var opened = new Opened();
        var transport = new ScriptedTransport(
            async (number, feed, token) =>
            {
                while (await feed.NextAsync(token) is { } message)
                {
                    message.Report(number == 1
                        ? new Verdict { Kind = VerdictKind.NotSent, Signal = RelaySignal.SlowDown, Phase = DeliveryPhase.Mail, ReplyCode = 421 }
                        : ScriptedTransport.Taken);
                }
            },
            (_, _) => opened.OneMore(),
            _ => opened.OneLess());
        var clock = new FakeClock();
        await using var tested = new HostUnderTest(settings: OneThread(), transport: transport, time: clock);
        await tested.StartAsync();
        var sending = tested.Dispatcher.SendAsync(Mailing(40), cancellationToken: Token);
        await clock.WaitForTimerDueInAsync(TimeSpan.FromSeconds(1), Token);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(40, (await sending).Counts.Sent);
        Assert.Equal(1, opened.Most);
    }

    [Fact(Timeout = 15_000)]
    public async Task A_connection_that_was_opened_with_other_settings_carries_nothing()
    {
        await using var before = SmtpTestServer.Start();
        await using var after = SmtpTestServer.Start();
        var changed = new TaskCompletionSource();
        before.On(SmtpVerb.Bdat, SmtpAction.Default.After(changed.Task), when: static c => c is { Connection: 1, Occurrence: 2 });
        await using var tested = new HostUnderTest(settings: OneThread(before), time: new FakeClock());
        await tested.StartAsync();
        var sending = tested.Dispatcher.SendAsync(Mailing(8), cancellationToken: Token);
        await before.WaitForCommandAsync(SmtpVerb.Ehlo, 2, Token);
        tested.Settings.Change(("Port", $"{after.Port}"));
        changed.SetResult();
        Assert.Equal(8, (await sending).Counts.Sent);
        await before.WaitForIdleAsync(Token);
        Assert.Equal([2, 0], before.MessagesPerConnection);
        Assert.Equal(2, before.CountOf(SmtpVerb.Quit));
        Assert.Equal(6, after.MessagesAccepted);
    }

    [Fact(Timeout = 15_000)]
    public async Task A_connection_that_nobody_comes_for_takes_leave_and_no_other_waits_in_its_place()
    {
        var clock = new FakeClock();
        await using var server = SmtpTestServer.Start();
        var goOn = new TaskCompletionSource();
        server.On(SmtpVerb.Bdat, SmtpAction.Default.After(goOn.Task), when: static c => c is { Connection: 1, Occurrence: 2 });
        await using var tested = OneThread(server, clock);
        var sending = tested.Dispatcher.SendAsync(Mailing(4), cancellationToken: Token);
        await clock.WaitForTimerDueInAsync(TimeSpan.FromSeconds(2), Token);
        clock.Advance(TimeSpan.FromSeconds(2));
        await server.WaitForCommandAsync(SmtpVerb.Quit, 1, Token);
        var looks = 0;
        await Until(() => ValueTask.FromResult(server.TotalConnections > 2 || ++looks == 2000)); // time enough for one that must not come
        Assert.Equal(2, server.TotalConnections);
        goOn.SetResult();
        Assert.Equal(4, (await sending).Counts.Sent);
        Assert.Equal([2, 0, 2], server.MessagesPerConnection);
    }

    [Fact(Timeout = 15_000)]
    public async Task A_relay_that_hangs_up_on_a_connection_opened_ahead_costs_nobody_anything()
    {
        await using var server = SmtpTestServer.Start();
        var goOn = new TaskCompletionSource();
        server.On(SmtpVerb.Ehlo, SmtpAction.Default.ThenClose(), when: static c => c.Connection == 2);
        server.On(SmtpVerb.Bdat, SmtpAction.Default.After(goOn.Task), when: static c => c is { Connection: 1, Occurrence: 2 });
        await using var tested = new HostUnderTest(settings: OneThread(server), time: new FakeClock());
        await tested.StartAsync();
        var sending = tested.Dispatcher.SendAsync(Mailing(4), cancellationToken: Token);
        await Until(() => ValueTask.FromResult(server.Connections is [_, { } second] && second.Log.Contains("S: (FIN)")));
        goOn.SetResult();
        Assert.Equal(4, (await sending).Counts.Sent);
        Assert.Equal([2, 0, 2], server.MessagesPerConnection);
        Assert.Empty(tested.Log.Of(1012));
        Assert.Empty(tested.Log.Of(1013));
    }

    [Fact(Timeout = 15_000)]
    public async Task A_stop_leaves_no_connection_behind()
    {
        var clock = new FakeClock();
        await using var server = SmtpTestServer.Start();
        var goOn = new TaskCompletionSource();
        server.On(SmtpVerb.Bdat, SmtpAction.Default.After(goOn.Task), when: static c => c is { Connection: 1, Occurrence: 2 });
        server.On(SmtpVerb.Connect, SmtpAction.Hang, when: static c => c.Connection == 3);
        var tested = new HostUnderTest(settings: OneThread(server), time: clock);
        await tested.StartAsync();
        var id = await tested.Dispatcher.EnqueueAsync(Mailing(8), Token);
        await server.WaitForCommandAsync(SmtpVerb.Ehlo, 2, Token);
        goOn.SetResult();

        // The second connection carries, the third is being opened ahead and will never be: it must not hold up the stop.
        await server.WaitForConnectionsAsync(3, Token);
        await tested.StopAsync(Token).WaitAsync(Token);
        await tested.DisposeAsync();
        await server.WaitForIdleAsync(Token);
        Assert.InRange(server.MessagesAccepted, 2, 4);
        Assert.Equal(0, clock.PendingTimers);
        Assert.NotEqual(default, id);
    }

    private static DispatcherUnderTest OneThread(SmtpTestServer server, FakeClock clock) => new(
        static s => (s.Email.OverlapConnections, s.Email.SmtpThreads, s.Email.MaxEmailsPerConnection) = (true, 1, 2), server: server, time: clock);

    private static ChangeableSettings OneThread(SmtpTestServer? server = null) => ChangeableSettings.Valid(server)
        .Email("OverlapConnections", "true").Email("SmtpThreads", "1").Email("MaxEmailsPerConnection", "2");

    /// <summary>How many connections of a host's own transport were open at once.</summary>
    private sealed class Opened
    {
        private int _now;
        private int _most;

        public int Most => Volatile.Read(ref _most);

        public ValueTask OneMore()
        {
            var now = Interlocked.Increment(ref _now);
            for (var most = _most; now > most; most = _most)
            {
                Interlocked.CompareExchange(ref _most, now, most);
            }

            return default;
        }

        public ValueTask OneLess()
        {
            Interlocked.Decrement(ref _now);
            return default;
        }
    }
}
