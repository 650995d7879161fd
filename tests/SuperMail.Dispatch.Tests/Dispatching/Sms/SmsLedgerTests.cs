using SuperMail.Dispatch.Delivery;
using SuperMail.Dispatch.Ledgers;
using SuperMail.Dispatch.Testing;
using SuperMail.Dispatch.Tests.Hosting;
using Xunit;

namespace SuperMail.Dispatch.Tests.Dispatching;

public sealed class SmsLedgerTests
{
    [Fact]
    public async Task A_ledger_that_fails_in_the_SMS_lane_stops_the_e_mail_lane_too()
    {
        var full = false;
        var transport = new RecordingTransport();
        await using var sms = new SmsUnderTest(
            transport: transport,
            build: b => b.UseLedger(_ => new FailingLedger(new InMemoryLedger(TimeProvider.System), o => Volatile.Read(ref full) && o == "RecordAsync")));
        Assert.Equal(3, (await sms.SendAsync(SmsUnderTest.Mailing(3))).Counts.Sent);
        Volatile.Write(ref full, true);
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => sms.SendAsync(SmsUnderTest.Mailing(200)));
        Assert.IsType<IOException>(fault.InnerException);

        // What was on the wire when the record failed: one window a slot. Then never again, neither here nor there.
        Assert.InRange(sms.Fake.Offered.Count, 3, 3 + (4 * 20));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => sms.Dispatcher.SendAsync(DispatcherUnderTest.Mailing(5, "afterwards"), cancellationToken: SmsUnderTest.Token));
        Assert.Empty(transport.Messages);
    }

    [Fact]
    public async Task What_a_process_that_stands_still_had_begun_is_in_doubt_and_the_rest_goes_out_from_another()
    {
        var ledgerTime = new FakeClock();
        var ledger = WatchedLedger.Over<IMailingLedger>(new InMemoryLedger(ledgerTime), static _ => { }, durable: true);
        var stuck = new TaskCompletionSource();
        var hold = new TaskCompletionSource();
        await using var first = new SmsUnderTest(s => s.Sms.Concurrency = 1, new SmsGatewayCapabilities { MaxBatch = 10 }, build: b => b.UseLedger(_ => ledger));
        first.Fake.OnBatch = async (_, _) =>
        {
            if (first.Fake.Calls == 2)
            {
                stuck.SetResult();
                await hold.Task;
            }
        };
        var id = await first.Dispatcher.EnqueueAsync(SmsUnderTest.Mailing(50), SmsUnderTest.Token);
        await stuck.Task.WaitAsync(SmsUnderTest.Token);
        ledgerTime.Advance(TimeSpan.FromSeconds(31));

        await using var second = new SmsUnderTest(build: b => b.UseLedger(_ => ledger));
        var report = await second.Dispatcher.WaitAsync(id, SmsUnderTest.Token);
        Assert.Equal((40, 10), (report.Counts.Sent, report.Counts.InDoubt));
        Assert.Equal(
            Enumerable.Range(20, 30).Select(n => SmsMessages.IdOf(id, n)).Order(StringComparer.Ordinal),
            second.Fake.Messages.Select(static m => m.Id).Order(StringComparer.Ordinal));
        Assert.Equal(new SmsUsage(40), report.Sms);
        hold.SetResult();
    }

    [Fact]
    public async Task Segments_and_cost_are_summed_over_attempts_and_batches()
    {
        await using var sms = new SmsUnderTest(capabilities: new SmsGatewayCapabilities { MaxBatch = 7 });
        sms.Fake.When().Answers(static m => SmsSendResult.Accepted(m, 2, m.Id) with { Cost = m.To.Digits.EndsWith('5') ? null : 0.035m });
        var report = await sms.SendAsync(SmsUnderTest.Mailing(100));
        Assert.Equal(new SmsUsage(200, 90 * 0.035m), report.Sms);
        Assert.Null((await sms.Dispatcher.SendAsync(DispatcherUnderTest.Mailing(1, "nosms"), cancellationToken: SmsUnderTest.Token)).Sms);
    }

    [Fact]
    public async Task Both_lanes_carry_at_once_and_neither_waits_for_the_other()
    {
        var hold = new TaskCompletionSource();
        var transport = new RecordingTransport { OnMessage = (_, _) => new ValueTask(hold.Task) };
        await using var sms = new SmsUnderTest(transport: transport);
        var mail = sms.Dispatcher.SendAsync(DispatcherUnderTest.Mailing(100, "held"), cancellationToken: SmsUnderTest.Token);
        Assert.Equal(500, (await sms.SendAsync(SmsUnderTest.Mailing(500))).Counts.Sent);
        Assert.False(mail.IsCompleted);
        hold.SetResult();
        Assert.Equal(100, (await mail).Counts.Sent);
    }

    [Fact]
    public async Task Mailings_share_a_batch_and_each_recipient_gets_its_own_text_and_sender()
    {
        var hold = new TaskCompletionSource();
        await using var sms = new SmsUnderTest(s => s.Sms.Concurrency = 1, new SmsGatewayCapabilities { MaxBatch = 20 });
        var batches = new List<int>();
        sms.Fake.OnBatch = async (batch, _) =>
        {
            batches.Add(batch.Select(static m => m.From?.Value).Distinct().Count());
            await hold.Task.WaitAsync(SmsUnderTest.Token);
        };
        var one = await sms.Dispatcher.EnqueueAsync(new SmsMailing("One", "first", SmsUnderTest.Phones(60)) { Sender = "First" }, SmsUnderTest.Token);
        var two = await sms.Dispatcher.EnqueueAsync(new SmsMailing("Two", "second", SmsUnderTest.Phones(60)) { Sender = "Second" }, SmsUnderTest.Token);
        hold.SetResult();
        await sms.Dispatcher.WaitAsync(one, SmsUnderTest.Token);
        await sms.Dispatcher.WaitAsync(two, SmsUnderTest.Token);
        Assert.All(sms.Fake.Messages, static m => Assert.Equal(m.From?.Value == "First" ? "first" : "second", m.Text));
        Assert.Equal((60, 60), (sms.Fake.Messages.Count(static m => m.Text == "first"), sms.Fake.Messages.Count(static m => m.Text == "second")));
    }
}
