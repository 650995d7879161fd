using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Dispatching;

public sealed class SmsChannelTests
{
    [Theory]
    [InlineData(SmsErrorClass.Authentication)]
    [InlineData(SmsErrorClass.InsufficientFunds)]
    [InlineData(SmsErrorClass.Configuration)]
    public async Task A_fault_of_the_account_pauses_the_channel_with_its_reason_and_charges_nobody(SmsErrorClass errorClass)
    {
        await using var sms = new SmsUnderTest();
        sms.Fake.When().Rejects(errorClass, "20003", "not you").Times(100);
        var paused = await Assert.ThrowsAsync<MailingPausedException>(() => sms.SendAsync(SmsUnderTest.Mailing(30)));
        Assert.Equal($"The SMS gateway fake takes nothing: {errorClass} 20003 not you", paused.Reason);
        Assert.Equal((0, 0, 30), (paused.Report.Counts.Failed, paused.Report.Counts.Sent, paused.Report.Counts.Ready));
        Assert.Equal(HealthStatus.Unhealthy, (await HealthAsync(sms)).Status);

        sms.Fake.When().Answers(static m => SmsSendResult.Accepted(m, 1, m.Id));
        await sms.Dispatcher.ResumeAsync(paused.Id, SmsUnderTest.Token);
        Assert.Equal(30, (await sms.Dispatcher.WaitAsync(paused.Id, SmsUnderTest.Token)).Counts.Sent);
        Assert.Equal(HealthStatus.Healthy, (await HealthAsync(sms)).Status);
    }

    [Fact]
    public async Task A_channel_that_pauses_leaves_e_mail_alone()
    {
        var transport = new RecordingTransport();
        await using var sms = new SmsUnderTest(transport: transport);
        sms.Fake.When().Rejects(SmsErrorClass.Authentication);
        var mail = sms.Dispatcher.SendAsync(DispatcherUnderTest.Mailing(500, "beside"), cancellationToken: SmsUnderTest.Token);
        await Assert.ThrowsAsync<MailingPausedException>(() => sms.SendAsync(SmsUnderTest.Mailing(30)));
        Assert.Equal(500, (await mail).Counts.Sent);
    }

    [Fact]
    public async Task Everybody_refused_for_the_sender_pauses_the_mailing_and_nobody_has_failed()
    {
        await using var sms = new SmsUnderTest();
        sms.Fake.When().Rejects(SmsErrorClass.InvalidSender, "21212", "not registered");
        var paused = await Assert.ThrowsAsync<MailingPausedException>(() => sms.SendAsync(SmsUnderTest.Mailing(60)));
        Assert.Contains("InvalidSender 21212 not registered", paused.Reason, StringComparison.Ordinal);
        Assert.Equal((0, 60), (paused.Report.Counts.Failed, paused.Report.Counts.Ready));
    }

    [Theory]
    [InlineData(SmsErrorClass.Throttled, null, 1)]
    [InlineData(SmsErrorClass.Throttled, 90, 90)]
    [InlineData(SmsErrorClass.Temporary, 30, 30)]
    [InlineData(SmsErrorClass.Throttled, 999_999, 3600)]
    public async Task A_gateway_that_asks_for_peace_gets_it_and_nobody_is_charged(SmsErrorClass errorClass, int? seconds, int waited)
    {
        var clock = new FakeClock();
        await using var sms = new SmsUnderTest(s => s.Sms.Concurrency = 1, time: clock);
        var calls = new ConcurrentQueue<DateTimeOffset>();
        sms.Fake.OnBatch = (_, _) =>
        {
            calls.Enqueue(clock.GetUtcNow());
            return Task.CompletedTask;
        };
        sms.Fake.When(SmsUnderTest.Number(0)).AsksToRetry(errorClass, seconds is { } s ? TimeSpan.FromSeconds(s) : null).Times(1);
        var sending = sms.SendAsync(SmsUnderTest.Mailing(3));
        await clock.WaitForTimerDueInAsync(TimeSpan.FromSeconds(waited), SmsUnderTest.Token);
        Assert.Equal(HealthStatus.Degraded, (await HealthAsync(sms)).Status);
        clock.Advance(TimeSpan.FromSeconds(waited));
        var report = await sending;
        Assert.Equal((3, 0), (report.Counts.Sent, report.Counts.Failed));
        Assert.Equal(TimeSpan.FromSeconds(waited), calls.Last() - calls.First());
        Assert.Equal(1, (await sms.OutcomesAsync(report.Id)).Count(static o => o.State is RecipientState.Ready)); // NotSent, then Sent
    }

    [Theory]
    [InlineData(100, 20, 20)]
    [InlineData(7, 20, 7)]
    [InlineData(1, 20, 1)]
    [InlineData(100, 50, 50)]
    public async Task A_batch_is_the_smaller_of_what_the_gateway_takes_and_a_window(int maxBatch, int window, int expected)
    {
        await using var sms = new SmsUnderTest(s => s.BeginWindow = window, new SmsGatewayCapabilities { MaxBatch = maxBatch });
        var batches = new ConcurrentQueue<int>();
        sms.Fake.OnBatch = (batch, _) =>
        {
            batches.Enqueue(batch.Count);
            return Task.CompletedTask;
        };
        Assert.Equal(200, (await sms.SendAsync(SmsUnderTest.Mailing(200))).Counts.Sent);
        Assert.Equal(expected, batches.Max());
        Assert.Equal(200, batches.Sum());
    }

    [Fact]
    public async Task As_many_batches_are_under_way_as_the_settings_allow_and_never_more()
    {
        var full = new TaskCompletionSource();
        var under = 0;
        await using var sms = new SmsUnderTest(s => s.Sms.Concurrency = 3, new SmsGatewayCapabilities { MaxBatch = 5 });
        sms.Fake.OnBatch = async (_, _) =>
        {
            if (Interlocked.Increment(ref under) == 3)
            {
                full.SetResult();
            }

            await full.Task.WaitAsync(SmsUnderTest.Token);
        };
        Assert.Equal(300, (await sms.SendAsync(SmsUnderTest.Mailing(300))).Counts.Sent);
        Assert.Equal(3, sms.Fake.MostAtOnce);
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(0, 2)]
    [InlineData(2, 50)]
    public async Task Segments_leave_at_the_rate_of_the_settings_or_else_the_gateways(int configured, int suggested)
    {
        var clock = new FakeClock();
        await using var sms = new SmsUnderTest(
            s => (s.Sms.SegmentsPerSecond, s.Sms.Concurrency) = (configured, 1),
            new SmsGatewayCapabilities { MaxBatch = 1, SuggestedSegmentsPerSecond = suggested },
            clock);
        var sending = sms.SendAsync(new SmsMailing("Test", new string('a', 161), SmsUnderTest.Phones(10))); // two segments each: a second
        for (var sent = 1; sent < 10; sent++)
        {
            // What a timer wakes late may be made up for, once: 25 ms.
            var wait = TimeSpan.FromMilliseconds(sent == 1 ? 975 : 1000);
            Assert.NotSame(sending, await Task.WhenAny(sending, clock.WaitForTimerDueInAsync(wait, SmsUnderTest.Token)));
            Assert.Equal(sent, sms.Fake.Offered.Count);
            clock.Advance(wait);
        }

        Assert.Equal(new SmsUsage(20), (await sending).Sms);
    }

    [Fact]
    public async Task Results_are_matched_by_id_and_a_missing_one_is_in_doubt()
    {
        await using var sms = new SmsUnderTest(build: static b => b.UseSmsGateway(new Careless(static messages =>
            [.. messages.Skip(1).Reverse().Select(static m => m.To.Digits.EndsWith('2') ? SmsSendResult.Rejected(m, SmsErrorClass.Blocked) : SmsSendResult.Accepted(m, 1))])));
        var report = await sms.SendAsync(SmsUnderTest.Mailing(4));
        Assert.Equal(
            [RecipientState.InDoubt, RecipientState.Sent, RecipientState.Failed, RecipientState.Sent],
            (await sms.OutcomesAsync(report.Id)).Select(static o => o.State));
    }

    [Fact]
    public async Task A_gateway_that_throws_leaves_its_batch_in_doubt_and_the_others_alone()
    {
        await using var sms = new SmsUnderTest(capabilities: new SmsGatewayCapabilities { MaxBatch = 1 });
        sms.Fake.OnBatch = static (batch, _) => batch[0].To.Digits.EndsWith('1') ? throw new InvalidOperationException("broken") : Task.CompletedTask;
        var report = await sms.SendAsync(SmsUnderTest.Mailing(5));
        Assert.Equal((4, 1), (report.Counts.Sent, report.Counts.InDoubt));
    }

    [Fact]
    public async Task A_gateway_that_gives_nothing_at_all_leaves_its_batch_in_doubt()
    {
        await using var sms = new SmsUnderTest(build: static b => b.UseSmsGateway(new Careless(static _ => null!)));
        Assert.Equal(4, (await sms.SendAsync(SmsUnderTest.Mailing(4))).Counts.InDoubt);
    }

    private static Task<HealthCheckResult> HealthAsync(SmsUnderTest sms) =>
        new MailingDispatchHealthCheck(sms.Services).CheckHealthAsync(new HealthCheckContext());

    private sealed class Careless(Func<IReadOnlyList<SmsMessage>, IReadOnlyList<SmsSendResult>> answer) : ISmsGateway
    {
        public string Name => "careless";

        public SmsGatewayCapabilities Capabilities { get; } = new() { MaxBatch = 10 };

        public Task<IReadOnlyList<SmsSendResult>> SendAsync(IReadOnlyList<SmsMessage> messages, CancellationToken cancellationToken) => Task.FromResult(answer(messages));
    }
}
