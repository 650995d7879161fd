using System.Diagnostics.Metrics;
using SuperMail.Dispatch.Telemetry;
using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Tests.Dispatching.DispatcherUnderTest;

namespace SuperMail.Dispatch.Tests.Dispatching;

/// <summary>What a relay asks for, seen from outside: in what leaves, in the report, in the gauges.</summary>
public class PaceTests
{
    private static readonly Verdict SlowDown = new()
    {
        Kind = VerdictKind.NotSent, Signal = RelaySignal.SlowDown, Phase = DeliveryPhase.Mail, ReplyCode = 450, Text = "you@example.org sends too fast",
    };

    [Fact(Timeout = 15_000)]
    public async Task A_relay_that_asks_for_it_gets_half_the_messages_a_minute()
    {
        var clock = new FakeClock();
        var asked = 0;
        var transport = new RecordingTransport(_ => Interlocked.Increment(ref asked) == 1 ? SlowDown : ScriptedTransport.Taken);
        await using var tested = new DispatcherUnderTest(
            static s => (s.Email.SmtpThreads, s.Email.MessagesPerMinute, s.Email.MaxEmailsPerConnection) = (4, 600, 400), transport: transport, time: clock);
        var id = await tested.Dispatcher.EnqueueAsync(Mailing(3), Token);

        await clock.WaitForTimerDueInAsync(TimeSpan.FromSeconds(1), Token); // the pause
        var pace = (await tested.Dispatcher.GetStatusAsync(id, Token)).Report.Pace!;
        Assert.Equal((2, 300, 1), (pace.Connections, pace.MessagesPerMinute, pace.SlowDowns));
        Assert.Contains("sends too fast", pace.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("you@", pace.Reason, StringComparison.Ordinal);
        Assert.Equal(clock.GetUtcNow(), pace.SlowedSince);
        clock.Advance(TimeSpan.FromSeconds(1));

        await clock.WaitForTimerDueWithinAsync(TimeSpan.FromMilliseconds(200), Token);
        Assert.InRange(clock.NextDue!.Value, TimeSpan.FromMilliseconds(150), TimeSpan.FromMilliseconds(200));
        var done = tested.Dispatcher.WaitAsync(id, Token);
        while (!done.IsCompleted)
        {
            await Task.WhenAny(done, clock.WaitForTimerDueWithinAsync(TimeSpan.FromMilliseconds(200), Token));
            clock.Advance(TimeSpan.FromMilliseconds(200));
        }

        Assert.Equal(3, (await done).Counts.Sent);
        Assert.NotNull((await done).Pace!.SlowedSince);
    }

    [Fact(Timeout = 15_000)]
    public async Task Without_a_limit_in_the_settings_it_is_half_of_what_left()
    {
        var clock = new FakeClock();
        var taken = 0;
        var transport = new RecordingTransport(_ =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(100)); // ten a second
            return Interlocked.Increment(ref taken) == 31 ? SlowDown : ScriptedTransport.Taken;
        });
        await using var tested = new DispatcherUnderTest(static s => s.Email.SmtpThreads = 1, transport: transport, time: clock);
        var id = await tested.Dispatcher.EnqueueAsync(Mailing(60), Token);
        await clock.WaitForTimerDueInAsync(TimeSpan.FromSeconds(1), Token);
        await Until(async () => (await tested.Dispatcher.GetStatusAsync(id, Token)).Report.Pace!.SlowDowns == 1);
        Assert.InRange((await tested.Dispatcher.GetStatusAsync(id, Token)).Report.Pace!.MessagesPerMinute, 280, 300);
    }

    [Fact(Timeout = 15_000)]
    public async Task The_gauges_tell_what_is_in_force_of_each_dispatcher_and_nothing_of_one_that_has_ended()
    {
        var clock = new FakeClock();
        var tested = new DispatcherUnderTest(static s => (s.Email.SmtpThreads, s.Email.MessagesPerMinute) = (7, 4321), transport: new RecordingTransport(), time: clock);
        var report = await tested.Dispatcher.SendAsync(Mailing(1), cancellationToken: Token).WaitAsync(Token);
        Assert.Equal((7, 4321, null), (report.Pace!.Connections, report.Pace.MessagesPerMinute, report.Pace.SlowedSince));
        var read = Read();
        Assert.Contains(("supermail.dispatch.connections.allowed", 7L, "email"), read);
        Assert.Contains(("supermail.dispatch.rate.limit", 4321L, "email"), read);
        Assert.Contains(("supermail.dispatch.connection.limit", 0L, "email"), read);
        Assert.Contains(read, static r => r.Lane == "sms");
        await tested.DisposeAsync();
        Assert.DoesNotContain(("supermail.dispatch.rate.limit", 4321L, "email"), Read());
    }

    [Fact(Timeout = 15_000)]
    public async Task A_limit_of_messages_that_was_learnt_stands_in_the_report()
    {
        await using var server = SmtpTestServer.Start(static o => o.MessageLimit = 3);
        await using var tested = new DispatcherUnderTest(static s => s.Email.SmtpThreads = 1, server: server);
        var report = await tested.Dispatcher.SendAsync(Mailing(30), cancellationToken: Token);
        Assert.Equal((30, 3), (report.Counts.Sent, report.Pace!.MessagesPerConnection));
        Assert.Null(report.Pace.SlowedSince);
    }

    private static List<(string Name, long Value, string? Lane)> Read()
    {
        var read = new List<(string, long, string?)>();
        using var listener = new MeterListener { InstrumentPublished = static (i, l) => l.EnableMeasurementEvents(i) };
        listener.SetMeasurementEventCallback<long>((i, value, tags, _) =>
        {
            if (i.Meter == DispatchMeter.Meter && i.IsObservable)
            {
                read.Add((i.Name, value, tags.ToArray().FirstOrDefault(static t => t.Key == "lane").Value as string));
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return read;
    }
}
