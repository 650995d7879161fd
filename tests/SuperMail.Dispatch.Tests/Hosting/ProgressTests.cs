using System.Collections.Concurrent;
using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Tests.Dispatching.DispatcherUnderTest;

namespace SuperMail.Dispatch.Tests.Hosting;

public class ProgressTests
{
    /// <summary>Told at once, on the thread that reports.</summary>
    private sealed class Listener(Action<MailingProgress>? then = null) : IProgress<MailingProgress>
    {
        public ConcurrentQueue<MailingProgress> Told { get; } = [];

        public void Report(MailingProgress value)
        {
            Told.Enqueue(value);
            then?.Invoke(value);
        }
    }

    [Fact]
    public async Task Progress_only_grows_and_its_last_report_is_the_account()
    {
        Recipient[] recipients = [.. People(300), new(null), new("user7@example.com"), .. People(100, "more")];
        for (var run = 0; run < 20; run++)
        {
            var listener = new Listener();
            await using var tested = new HostUnderTest(transport: new RecordingTransport());
            var report = await tested.Dispatcher.SendAsync(new EmailMailing("T", Hello, recipients), progress: listener, cancellationToken: Token);
            Assert.Equal((402, 400, 1, 1), (report.Counts.Accepted, report.Counts.Sent, report.Counts.Failed, report.Counts.Duplicate));
            var told = listener.Told.ToArray();
            Assert.NotEmpty(told);
            Assert.Equal(told.Select(static t => t.Counts.Final).Order(), told.Select(static t => t.Counts.Final));
            Assert.All(told, t => Assert.Equal(report.Id, t.Id));
            Assert.Equal((report.Counts, true, TimeSpan.Zero), (told[^1].Counts, told[^1].Sealed, told[^1].Remaining));
        }
    }

    [Fact]
    public async Task Progress_comes_ten_times_a_second_at_most()
    {
        var clock = new FakeClock();
        var listener = new Listener();
        await using var tested = new HostUnderTest(transport: new RecordingTransport { OnMessage = (_, _) => default }, time: clock);
        await tested.Dispatcher.SendAsync(Mailing(1000), progress: listener, cancellationToken: Token);
        Assert.InRange(listener.Told.Count, 1, 2 + (int)(clock.GetElapsedTime(0).TotalSeconds * 10)); // the first, those of the time that passed, the last
    }

    [Fact]
    public async Task A_callback_that_throws_is_logged_once_and_sending_goes_on()
    {
        var listener = new Listener(static _ => throw new InvalidOperationException("the window was closed"));
        await using var tested = new HostUnderTest(transport: new RecordingTransport());
        var report = await tested.Dispatcher.SendAsync(Mailing(1000), progress: listener, cancellationToken: Token);
        Assert.Equal(1000, report.Counts.Sent);
        Assert.True(listener.Told.Count >= 2); // it was told again all the same
        Assert.Single(tested.Log.Of(1018));
    }

    [Fact]
    public async Task A_slow_callback_does_not_hold_up_the_connections()
    {
        var (reached, go) = (new TaskCompletionSource(), new ManualResetEventSlim());
        var transport = new RecordingTransport();
        var listener = new Listener(_ =>
        {
            reached.TrySetResult();
            go.Wait();
        });
        await using var tested = new HostUnderTest(transport: transport);
        var sending = Task.Run(() => tested.Dispatcher.SendAsync(Mailing(400), progress: listener, cancellationToken: Token), Token);
        await reached.Task.WaitAsync(Token);
        await Until(() => ValueTask.FromResult(transport.Messages.Count >= 300)); // all but the connection that is held by the callback
        go.Set();
        Assert.Equal(400, (await sending).Counts.Sent);
    }

    [Fact]
    public async Task A_paused_mailing_and_a_cancelled_one_end_their_progress_too()
    {
        var listener = new Listener();
        var transport = new RecordingTransport(static _ => new Verdict { Kind = VerdictKind.Failed, Phase = DeliveryPhase.Rcpt, ReplyCode = 550, Text = "no" });
        await using var tested = new HostUnderTest(transport: transport);
        var paused = await Assert.ThrowsAsync<MailingPausedException>(() => tested.Dispatcher.SendAsync(Mailing(100), progress: listener, cancellationToken: Token));
        Assert.Equal(paused.Report.Counts, listener.Told.Last().Counts);

        using var cancel = new CancellationTokenSource();
        var second = new Listener(_ => cancel.Cancel());
        await using var other = new HostUnderTest(transport: new RecordingTransport());
        var cancelled = await Assert.ThrowsAsync<MailingCanceledException>(() => other.Dispatcher.SendAsync(Mailing(3000), progress: second, cancellationToken: cancel.Token));
        Assert.Equal(cancelled.Report.Counts, second.Told.Last().Counts);
    }

    [Fact]
    public async Task A_second_call_with_the_same_key_takes_nobodys_progress_away()
    {
        var (reached, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var transport = new WatchedTransport(async (_, _, _) =>
        {
            reached.TrySetResult();
            await go.Task;
        });
        await using var tested = new HostUnderTest(transport: transport);
        Listener first = new(), second = new();
        EmailMailing mailing() => new("T", Hello, People(40)) { ExternalKey = "k" };
        var sending = tested.Dispatcher.SendAsync(mailing(), progress: first, cancellationToken: Token);
        await reached.Task.WaitAsync(Token);
        var again = tested.Dispatcher.SendAsync(mailing(), progress: second, cancellationToken: Token);
        go.SetResult();
        Assert.Equal((await sending).Id, (await again).Id);
        Assert.Equal(40, first.Told.Last().Counts.Sent);
        Assert.Equal(40, second.Told.Last().Counts.Sent);
    }
}
