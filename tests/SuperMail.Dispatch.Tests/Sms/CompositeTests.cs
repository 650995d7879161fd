using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Sms;

public sealed class CompositeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SmsOutcome.Retry, SmsErrorClass.Temporary, true)]
    [InlineData(SmsOutcome.Retry, SmsErrorClass.Throttled, true)]
    [InlineData(SmsOutcome.Rejected, SmsErrorClass.Authentication, true)]
    [InlineData(SmsOutcome.Rejected, SmsErrorClass.InsufficientFunds, true)]
    [InlineData(SmsOutcome.Rejected, SmsErrorClass.Quota, true)]
    [InlineData(SmsOutcome.Rejected, SmsErrorClass.InvalidRecipient, false)]
    [InlineData(SmsOutcome.Rejected, SmsErrorClass.OptedOut, false)]
    [InlineData(SmsOutcome.Unknown, SmsErrorClass.Timeout, false)]
    [InlineData(SmsOutcome.Unknown, SmsErrorClass.Authentication, false)]
    public async Task The_next_gateway_gets_only_what_the_first_surely_did_not_take(SmsOutcome outcome, SmsErrorClass errorClass, bool passedOn)
    {
        var (first, second) = (new FakeSmsGateway(), new FakeSmsGateway());
        first.When("+447700900001").Answers(m => new SmsSendResult { MessageId = m.Id, Outcome = outcome, ErrorClass = errorClass });
        var results = await new FailoverSmsGateway(first, second).SendAsync([Message(0), Message(1), Message(2)], Token);
        Assert.Equal(["m0", "m1", "m2"], results.Select(static r => r.MessageId));
        Assert.Equal(passedOn ? SmsOutcome.Accepted : outcome, results[1].Outcome);
        Assert.Equal(passedOn ? ["m1"] : [], second.Offered.Select(static o => o.Message.Id));
    }

    [Fact]
    public async Task What_the_last_gateway_says_stands_and_a_cut_call_is_passed_on_to_nobody()
    {
        var (first, second) = (new FakeSmsGateway(), new FakeSmsGateway());
        first.When().AsksToRetry();
        second.When().Rejects(SmsErrorClass.Blocked);
        Assert.Equal(SmsErrorClass.Blocked, (await new FailoverSmsGateway(first, second).SendAsync([Message(0)], Token))[0].ErrorClass);
        using var cut = new CancellationTokenSource();
        first.OnBatch = (_, _) => cut.CancelAsync();
        Assert.Equal(SmsOutcome.Retry, (await new FailoverSmsGateway(first, second).SendAsync([Message(0)], cut.Token))[0].Outcome);
        Assert.Single(second.Offered);
    }

    [Fact]
    public void A_failover_takes_what_all_of_its_gateways_take()
    {
        var both = new FailoverSmsGateway(
            new FakeSmsGateway(new SmsGatewayCapabilities { MaxBatch = 10, MaxSegments = 4, Senders = SmsSenderKinds.Alphanumeric | SmsSenderKinds.Numeric, DeduplicatesById = true }),
            new FakeSmsGateway(new SmsGatewayCapabilities { MaxBatch = 100, MaxCharacters = 500, Unicode = false, Senders = SmsSenderKinds.Numeric }));
        Assert.Equal("fake+fake", both.Name);
        Assert.Equal(
            new SmsGatewayCapabilities { MaxBatch = 10, MaxSegments = 4, MaxCharacters = 500, Unicode = false, Senders = SmsSenderKinds.Numeric },
            both.Capabilities);
        Assert.Throws<ArgumentException>(() => new FailoverSmsGateway());
    }

    [Fact]
    public async Task A_throttle_spaces_batches_by_their_segments()
    {
        var clock = new FakeClock();
        var fake = new FakeSmsGateway();
        var throttled = new ThrottledSmsGateway(fake, 10, clock);
        await throttled.SendAsync([Message(0, new string('a', 161)), Message(1)], Token); // three segments
        var second = throttled.SendAsync([Message(2)], Token);
        Assert.False(second.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal(2, fake.Offered.Count);
        clock.Advance(TimeSpan.FromMilliseconds(50));
        Assert.Equal(SmsOutcome.Accepted, (await second)[0].Outcome);

        using var cut = new CancellationTokenSource();
        var third = throttled.SendAsync([Message(3)], cut.Token);
        await cut.CancelAsync();
        Assert.Equal(SmsOutcome.Retry, (await third)[0].Outcome);
        Assert.Equal(3, fake.Offered.Count);
        Assert.Equal(10, throttled.Capabilities.SuggestedSegmentsPerSecond);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ThrottledSmsGateway(fake, 0));
    }

    [Fact]
    public async Task Who_said_stop_gets_nothing_and_the_others_do()
    {
        var (fake, list) = (new FakeSmsGateway(), new RememberedOptOuts());
        var gateway = new OptOutSmsGateway(fake, list);
        fake.OnInbound = message => gateway.TakeInboundAsync([message], Token);
        await fake.ReceiveAsync("+447700900001", " stop ");
        await fake.ReceiveAsync("+447700900002", "please stop by");
        await fake.ReceiveAsync("INFO", "STOP");
        var results = await gateway.SendAsync([Message(0), Message(1), Message(2)], Token);
        Assert.Equal(["m0", "m1", "m2"], results.Select(static r => r.MessageId));
        Assert.Equal([SmsErrorClass.None, SmsErrorClass.OptedOut, SmsErrorClass.None], results.Select(static r => r.ErrorClass));
        fake.AssertNotSent("+447700900001");
        Assert.Equal(SmsErrorClass.OptedOut, Assert.Single(await gateway.SendAsync([Message(1)], Token)).ErrorClass);
        Assert.Equal(1, fake.Calls);

        list.Broken = true;
        Assert.All(await gateway.SendAsync([Message(0)], Token), static r => Assert.Equal(SmsOutcome.Retry, r.Outcome));
        Assert.Equal(1, fake.Calls);
    }

    [Theory]
    [InlineData("STOP", true)]
    [InlineData("stopall", true)]
    [InlineData(" Unsubscribe\n", true)]
    [InlineData("cancel", true)]
    [InlineData("END", true)]
    [InlineData("Quit", true)]
    [InlineData("STOP.", false)]
    [InlineData("STOPP", false)]
    [InlineData("do not stop", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Words_are_trimmed_and_letter_case_ignored(string? text, bool isOptOut) => Assert.Equal(isOptOut, SmsOptOut.IsOptOut(text));

    private static SmsMessage Message(int n, string text = "Hello.") =>
        new() { Id = $"m{n}", To = PhoneNumber.Parse($"+447700900{n:D3}"), Text = text };

    private sealed class RememberedOptOuts : ISmsOptOutList
    {
        private readonly HashSet<PhoneNumber> _numbers = [];

        public bool Broken { get; set; }

        public ValueTask<IReadOnlyCollection<PhoneNumber>> FindAsync(IReadOnlyCollection<PhoneNumber> numbers, CancellationToken cancellationToken) =>
            Broken ? throw new IOException("away") : new([.. numbers.Where(_numbers.Contains)]);

        public ValueTask AddAsync(PhoneNumber number, CancellationToken cancellationToken)
        {
            _numbers.Add(number);
            return default;
        }
    }
}
