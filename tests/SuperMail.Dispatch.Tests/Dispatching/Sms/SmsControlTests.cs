using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Dispatching;

public sealed class SmsControlTests
{
    [Fact]
    public async Task A_cancelled_token_drains_the_batch_under_way_and_gives_the_account()
    {
        using var cancel = new CancellationTokenSource();
        await using var sms = new SmsUnderTest(s => s.Sms.Concurrency = 1, new SmsGatewayCapabilities { MaxBatch = 10 });
        sms.Fake.OnBatch = (_, _) => sms.Fake.Calls == 3 ? DispatcherUnderTest.CancelAsync(cancel, sms.Dispatcher) : Task.CompletedTask;
        var ended = await Assert.ThrowsAsync<MailingCanceledException>(() => sms.Dispatcher.SendAsync(SmsUnderTest.Mailing(500), cancellationToken: cancel.Token));
        var counts = ended.Report.Counts;
        Assert.Equal((30, 0), (counts.Sent, counts.InDoubt));
        Assert.Equal(counts.Accepted, counts.Sent + counts.Cancelled);
        Assert.Equal(30, sms.Fake.Messages.Count);
    }

    [Fact]
    public async Task A_call_that_outlasts_the_drain_is_cut_and_what_the_gateway_knows_by_then_is_taken()
    {
        var clock = new FakeClock();
        var stuck = new TaskCompletionSource();
        await using var sms = new SmsUnderTest(
            s => s.Sms.Concurrency = 1,
            time: clock,
            build: b => b.UseSmsGateway(new HalfAnswering(stuck)));
        var id = await sms.Dispatcher.EnqueueAsync(SmsUnderTest.Mailing(30), SmsUnderTest.Token);
        await stuck.Task.WaitAsync(SmsUnderTest.Token);
        var cancelling = sms.Dispatcher.CancelAsync(id, SmsUnderTest.Token);
        await clock.WaitForTimerDueInAsync(TimeSpan.FromSeconds(20), SmsUnderTest.Token);
        Assert.False(cancelling.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(20));
        var counts = (await cancelling).Counts;
        Assert.Equal((1, 1, 28), (counts.Sent, counts.InDoubt, counts.Cancelled)); // one known, one unknown, one surely not taken
    }

    [Fact]
    public async Task A_gateway_that_looks_at_no_token_is_left_behind_after_the_drain_and_its_batch_is_in_doubt()
    {
        var clock = new FakeClock();
        var stuck = new TaskCompletionSource();
        var never = new TaskCompletionSource();
        await using var sms = new SmsUnderTest(s => s.Sms.Concurrency = 1, new SmsGatewayCapabilities { MaxBatch = 3 }, clock);
        sms.Fake.OnBatch = (_, _) =>
        {
            stuck.TrySetResult();
            return never.Task;
        };
        var id = await sms.Dispatcher.EnqueueAsync(SmsUnderTest.Mailing(30), SmsUnderTest.Token);
        await stuck.Task.WaitAsync(SmsUnderTest.Token);
        var cancelling = sms.Dispatcher.CancelAsync(id, SmsUnderTest.Token);
        await clock.WaitForTimerDueInAsync(TimeSpan.FromSeconds(20), SmsUnderTest.Token);
        clock.Advance(TimeSpan.FromSeconds(20));
        await clock.WaitForTimerDueInAsync(TimeSpan.FromSeconds(5), SmsUnderTest.Token);
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((3, 27), ((await cancelling).Counts.InDoubt, (await cancelling).Counts.Cancelled));
        never.SetResult();
    }

    [Fact]
    public async Task A_paused_mailing_stands_still_and_goes_on_where_it_was()
    {
        var reached = new TaskCompletionSource();
        var hold = new TaskCompletionSource();
        await using var sms = new SmsUnderTest(s => s.Sms.Concurrency = 1, new SmsGatewayCapabilities { MaxBatch = 10 });
        sms.Fake.OnBatch = async (_, _) =>
        {
            if (sms.Fake.Calls == 2)
            {
                reached.SetResult();
                await hold.Task.WaitAsync(SmsUnderTest.Token);
            }
        };
        var id = await sms.Dispatcher.EnqueueAsync(SmsUnderTest.Mailing(300), SmsUnderTest.Token);
        await reached.Task.WaitAsync(SmsUnderTest.Token);
        await sms.Dispatcher.PauseAsync(id, SmsUnderTest.Token);
        hold.SetResult();
        Assert.Equal(1, (await sms.SendAsync(SmsUnderTest.To("+447700900999"))).Counts.Sent);
        Assert.Equal(21, sms.Fake.Messages.Count);
        await sms.Dispatcher.ResumeAsync(id, SmsUnderTest.Token);
        Assert.Equal(300, (await sms.Dispatcher.WaitAsync(id, SmsUnderTest.Token)).Counts.Sent);
        Assert.Equal(301, sms.Fake.Messages.Select(static m => m.To).Distinct().Count());
        Assert.Equal(301, sms.Fake.Messages.Count);
    }

    [Fact]
    public async Task A_low_rate_does_not_hold_up_a_stop()
    {
        var first = new TaskCompletionSource();
        var clock = new FakeClock();
        var sms = new SmsUnderTest(s => s.Sms.SegmentsPerSecond = 0.01, new SmsGatewayCapabilities { MaxBatch = 1 }, clock);
        sms.Fake.OnBatch = (_, _) =>
        {
            first.TrySetResult();
            return Task.CompletedTask;
        };
        await sms.Dispatcher.EnqueueAsync(SmsUnderTest.Mailing(30), SmsUnderTest.Token);
        await first.Task.WaitAsync(SmsUnderTest.Token);
        await sms.DisposeAsync();
        Assert.Single(sms.Fake.Offered);
    }

    [Fact]
    public async Task Resend_goes_to_those_who_failed_with_new_ids()
    {
        await using var sms = new SmsUnderTest();
        sms.Fake.When(SmsUnderTest.Number(1)).Rejects(SmsErrorClass.Blocked).Times(1);
        var first = await sms.SendAsync(SmsUnderTest.Mailing(3));
        var again = await sms.Dispatcher.ResendAsync(first.Id, ResendSelection.Unsent, SmsUnderTest.Token);
        var report = await sms.Dispatcher.WaitAsync(again, SmsUnderTest.Token);
        Assert.Equal((1, first.Id), (report.Counts.Sent, report.ResendOf));
        Assert.Equal("Dear N1, hello.", sms.Fake.AssertSent(SmsUnderTest.Number(1)).Text);
        Assert.Equal(4, sms.Fake.Offered.Select(static o => o.Message.Id).Distinct().Count());
    }

    [Fact]
    public async Task The_same_external_key_is_one_mailing_and_another_text_is_a_conflict()
    {
        await using var sms = new SmsUnderTest();
        var first = await sms.SendAsync(new SmsMailing("Test", "Hello.", SmsUnderTest.Phones(3)) { ExternalKey = "k" });
        var again = await sms.SendAsync(new SmsMailing("Test", "Hello.", SmsUnderTest.Phones(3)) { ExternalKey = "k" });
        Assert.Equal(first.Id, again.Id);
        Assert.Equal(3, sms.Fake.Offered.Count);
        await Assert.ThrowsAsync<MailingConflictException>(() => sms.SendAsync(new SmsMailing("Test", "Hullo.", SmsUnderTest.Phones(3)) { ExternalKey = "k" }));
        await Assert.ThrowsAsync<MailingConflictException>(
            () => sms.Dispatcher.SendAsync(new EmailMailing("Test", DispatcherUnderTest.Hello, DispatcherUnderTest.People(1, "key")) { ExternalKey = "k" }, cancellationToken: SmsUnderTest.Token));
    }

    [Fact]
    public async Task Progress_ends_with_the_account()
    {
        await using var sms = new SmsUnderTest();
        sms.Fake.When(SmsUnderTest.Number(3)).Rejects(SmsErrorClass.Blocked);
        var heard = new List<MailingProgress>();
        var report = await sms.Dispatcher.SendAsync(SmsUnderTest.Mailing(100), progress: new Told(heard), cancellationToken: SmsUnderTest.Token);
        Assert.Equal(report.Counts, heard[^1].Counts);
        Assert.Equal((99, 1), (report.Counts.Sent, report.Counts.Failed));
    }

    [Fact]
    public async Task Who_is_on_the_suppression_list_is_blocked_by_number()
    {
        await using var sms = new SmsUnderTest(build: static b => b.UseSuppressionList<NoSevens>());
        var report = await sms.SendAsync(SmsUnderTest.Mailing(10));
        Assert.Equal((9, 1), (report.Counts.Sent, report.Counts.Blocked));
        sms.Fake.AssertNotSent(SmsUnderTest.Number(7));
    }

    private sealed class Told(List<MailingProgress> heard) : IProgress<MailingProgress>
    {
        public void Report(MailingProgress value)
        {
            lock (heard)
            {
                heard.Add(value);
            }
        }
    }

    private sealed class NoSevens : ISuppressionList
    {
        public ValueTask<IReadOnlyCollection<int>> FilterAsync(MailingId mailing, IReadOnlyList<string> addresses, CancellationToken cancellationToken) =>
            new([.. addresses.Index().Where(static a => a.Item == "+447700900007").Select(static a => a.Index)]);
    }

    /// <summary>Of three messages it knows one, when it is cut; one has left; one has not.</summary>
    private sealed class HalfAnswering(TaskCompletionSource stuck) : ISmsGateway
    {
        public string Name => "half";

        public SmsGatewayCapabilities Capabilities { get; } = new() { MaxBatch = 3 };

        public async Task<IReadOnlyList<SmsSendResult>> SendAsync(IReadOnlyList<SmsMessage> messages, CancellationToken cancellationToken)
        {
            var cut = new TaskCompletionSource();
            await using var registration = cancellationToken.Register(cut.SetResult);
            stuck.SetResult();
            await cut.Task;
            return
            [
                SmsSendResult.Accepted(messages[0], 1, "a"),
                SmsSendResult.Unknown(messages[1], SmsErrorClass.Timeout),
                SmsSendResult.Retry(messages[2], SmsErrorClass.Timeout),
            ];
        }
    }
}
