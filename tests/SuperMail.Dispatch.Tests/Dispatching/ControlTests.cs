using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Tests.Dispatching.DispatcherUnderTest;

namespace SuperMail.Dispatch.Tests.Dispatching;

public class ControlTests
{
    [Fact]
    public async Task A_cancelled_token_drains_the_wire_and_gives_the_account()
    {
        using var cancel = new CancellationTokenSource();
        IMailingDispatcher? dispatcher = null;
        var transport = new RecordingTransport { OnMessage = (m, _) => m.Envelope.To.LocalPart == "user30" ? new(CancelAsync(cancel, dispatcher!)) : default };
        await using var tested = new DispatcherUnderTest(transport: transport);
        dispatcher = tested.Dispatcher;

        var ended = await Assert.ThrowsAsync<MailingCanceledException>(() => tested.Dispatcher.SendAsync(Mailing(2000), cancellationToken: cancel.Token));
        var counts = ended.Report.Counts;
        Assert.Equal(MailingState.Cancelled, ended.Report.State);
        Assert.Equal(transport.Messages.Count, counts.Sent);
        Assert.Equal(counts.Accepted, counts.Sent + counts.Cancelled);
        Assert.Equal(0, counts.InDoubt);
    }

    [Fact]
    public async Task What_does_not_drain_in_time_is_cut_and_in_doubt()
    {
        var clock = new FakeClock();
        var stuck = new TaskCompletionSource();
        var transport = new RecordingTransport
        {
            OnMessage = async (m, token) =>
            {
                if (m.Envelope.To.LocalPart == "user4")
                {
                    stuck.SetResult();
                    await Task.Delay(Timeout.Infinite, token);
                }
            },
        };
        await using var tested = new DispatcherUnderTest(s => s.Email.SmtpThreads = 1, transport: transport, time: clock);
        var id = await tested.Dispatcher.EnqueueAsync(Mailing(100), Token);
        await stuck.Task.WaitAsync(Token);
        var cancelling = tested.Dispatcher.CancelAsync(id, Token);
        await clock.WaitForTimerDueInAsync(TimeSpan.FromSeconds(20), Token);
        Assert.False(cancelling.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(20));

        var report = await cancelling;
        Assert.Equal((4, 1, 95), (report.Counts.Sent, report.Counts.InDoubt, report.Counts.Cancelled));
    }

    [Fact]
    public async Task A_paused_mailing_stands_still_and_goes_on_where_it_was()
    {
        var reached = new TaskCompletionSource();
        var hold = new TaskCompletionSource();
        var transport = new RecordingTransport
        {
            OnMessage = async (m, _) =>
            {
                if (m.Envelope.To.LocalPart == "user25")
                {
                    reached.SetResult();
                    await hold.Task;
                }
            },
        };
        await using var tested = new DispatcherUnderTest(s => s.Email.SmtpThreads = 1, transport: transport);
        var id = await tested.Dispatcher.EnqueueAsync(Mailing(500), Token);
        await reached.Task.WaitAsync(Token);
        await tested.Dispatcher.PauseAsync(id, Token);
        hold.SetResult();
        var other = await tested.Dispatcher.SendAsync(Mailing(30, "other"), cancellationToken: Token);
        Assert.Equal(30, other.Counts.Sent);
        Assert.Equal(26, transport.Messages.Count(m => m.Envelope.To.LocalPart.StartsWith("user", StringComparison.Ordinal)));
        Assert.Equal(MailingState.Paused, (await tested.Dispatcher.GetStatusAsync(id, Token)).Report.State);

        await tested.Dispatcher.ResumeAsync(id, Token);
        var report = await tested.Dispatcher.WaitAsync(id, Token);
        Assert.Equal(500, report.Counts.Sent);
        Assert.Equal(500, transport.Messages.Where(m => m.Envelope.To.LocalPart.StartsWith("user", StringComparison.Ordinal)).Select(m => m.Envelope.To).Distinct().Count());
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 15)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Controls_at_random_moments_leave_an_exact_account(int seed)
    {
        var random = new Random(seed);
        var moments = new HashSet<int>(Enumerable.Range(0, 12).Select(_ => random.Next(1, 1500)));
        var end = random.Next(2) == 0 ? -1 : random.Next(500, 1900);
        var orders = System.Threading.Channels.Channel.CreateUnbounded<bool>();
        var count = 0;
        var transport = new RecordingTransport(_ => Judge());
        Verdict Judge()
        {
            var now = Interlocked.Increment(ref count);
            if (now == end || moments.Contains(now))
            {
                orders.Writer.TryWrite(now == end);
            }

            return now % 17 == 0
                ? new Verdict { Kind = VerdictKind.Failed, Phase = DeliveryPhase.Rcpt, ReplyCode = 550, Text = "no" }
                : now % 23 == 0 ? Verdict.NotSent : new Verdict { Kind = VerdictKind.Sent, ReplyCode = 250 };
        }

        await using var tested = new DispatcherUnderTest(transport: transport);
        var id = await tested.Dispatcher.EnqueueAsync(Mailing(2000), Token);
        var paused = false;
        var waiting = tested.Dispatcher.WaitAsync(id, Token);
        while (!waiting.IsCompleted)
        {
            var order = orders.Reader.WaitToReadAsync(Token).AsTask();
            if (await Task.WhenAny(waiting, order) == waiting)
            {
                break;
            }

            orders.Reader.TryRead(out var cancel);
            if (cancel)
            {
                await tested.Dispatcher.CancelAsync(id, Token);
            }
            else if (!paused)
            {
                await tested.Dispatcher.PauseAsync(id, Token);
                await tested.Dispatcher.ResumeAsync(id, Token);
            }
        }

        var report = await waiting;
        var counts = report.Counts;
        Assert.Equal(2000, counts.Accepted);
        Assert.Equal(2000, counts.Sent + counts.Failed + counts.Cancelled);
        Assert.Equal(end > 0 && report.State is MailingState.Cancelled, counts.Cancelled > 0);
        var final = new Dictionary<long, RecipientState>();
        await foreach (var outcome in tested.Dispatcher.GetOutcomesAsync(id, null, Token))
        {
            final[outcome.Ordinal] = outcome.State;
        }

        Assert.Equal(counts.Sent, final.Values.Count(s => s is RecipientState.Sent));
        Assert.Equal(counts.Failed, final.Values.Count(s => s is RecipientState.Failed));
        Assert.Equal(counts.Cancelled, final.Values.Count(s => s is RecipientState.Cancelled));
    }

    [Fact]
    public async Task Disposing_drains_what_is_on_the_wire_and_the_caller_is_told()
    {
        var reached = new TaskCompletionSource();
        var hold = new TaskCompletionSource();
        var transport = new RecordingTransport
        {
            OnMessage = async (m, _) =>
            {
                if (m.Envelope.To.LocalPart == "user25")
                {
                    reached.SetResult();
                    await hold.Task;
                }
            },
        };
        var tested = new DispatcherUnderTest(s => s.Email.SmtpThreads = 1, transport: transport);
        var sending = tested.Dispatcher.SendAsync(Mailing(500), cancellationToken: Token);
        await reached.Task.WaitAsync(Token);
        var disposing = tested.DisposeAsync();
        Assert.False(disposing.IsCompleted);
        hold.SetResult();
        await disposing;
        await Assert.ThrowsAsync<ObjectDisposedException>(() => sending);
        Assert.Equal(26, transport.Messages.Count);
    }

    [Fact]
    public async Task A_wrong_password_throws_with_its_reason_and_never_hangs()
    {
        await using var server = SmtpTestServer.Start(o =>
        {
            o.AuthMechanisms = ["PLAIN"];
            o.RequireAuthentication = true;
        });
        await using var tested = new DispatcherUnderTest(
            s =>
            {
                s.Email.UserName = "user";
                s.Email.Password = "canary-wrong";
            },
            server: server);
        var paused = await Assert.ThrowsAsync<MailingPausedException>(() => tested.Dispatcher.SendAsync(Mailing(100), cancellationToken: Token));
        Assert.Contains("535", paused.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("canary-wrong", paused.ToString(), StringComparison.Ordinal);
        Assert.Equal((0, 0), (paused.Report.Counts.Sent, paused.Report.Counts.Failed));
        Assert.Equal(0, server.MessagesAccepted);
    }
}
