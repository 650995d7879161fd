using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Dispatching;

public sealed class SmsAccountTests
{
    [Fact]
    public async Task A_mailing_of_three_is_offered_and_accounted_for()
    {
        await using var sms = new SmsUnderTest();
        var report = await sms.SendAsync(SmsUnderTest.Mailing(3));
        Assert.Equal(MailingState.Completed, report.State);
        Assert.Equal(3, report.Counts.Sent);
        Assert.Equal(new SmsUsage(3), report.Sms);
        Assert.Equal("Dear N1, hello.", sms.Fake.AssertSent(SmsUnderTest.Number(1)).Text);
    }

    [Theory]
    [InlineData(SmsErrorClass.InvalidRecipient, RecipientState.Failed, OutcomeReason.BadAddress)]
    [InlineData(SmsErrorClass.InvalidSender, RecipientState.Failed, OutcomeReason.BadSender)]
    [InlineData(SmsErrorClass.InvalidContent, RecipientState.Failed, OutcomeReason.BadContent)]
    [InlineData(SmsErrorClass.TooLong, RecipientState.Failed, OutcomeReason.TooLarge)]
    [InlineData(SmsErrorClass.Blocked, RecipientState.Failed, OutcomeReason.Barred)]
    [InlineData(SmsErrorClass.OptedOut, RecipientState.Blocked, OutcomeReason.OptedOut)]
    [InlineData(SmsErrorClass.Quota, RecipientState.Failed, OutcomeReason.Reply)]
    public async Task A_rejection_is_final_with_its_class_code_and_words(SmsErrorClass errorClass, RecipientState state, OutcomeReason reason)
    {
        await using var sms = new SmsUnderTest();
        sms.Fake.When(SmsUnderTest.Number(1)).Rejects(errorClass, "21211", "no such 447700900001");
        var report = await sms.SendAsync(SmsUnderTest.Mailing(3));
        Assert.Equal(2, report.Counts.Sent);
        var refused = (await sms.OutcomesAsync(report.Id))[1];
        Assert.Equal((state, reason), (refused.State, refused.Reason));
        Assert.Equal(21211, refused.Failure!.ReplyCode);
        Assert.Equal($"{errorClass} 21211 no such ***01", refused.Failure.Text);
    }

    [Fact]
    public async Task Unknown_is_in_doubt_and_never_offered_again()
    {
        await using var sms = new SmsUnderTest();
        sms.Fake.When(SmsUnderTest.Number(1)).LeavesUnknown();
        var report = await sms.SendAsync(SmsUnderTest.Mailing(3));
        Assert.Equal(MailingState.CompletedWithInDoubt, report.State);
        Assert.Equal((2, 1), (report.Counts.Sent, report.Counts.InDoubt));
        Assert.Equal(3, sms.Fake.Offered.Count);
    }

    [Fact]
    public async Task Unknown_is_tried_again_with_the_same_id_where_the_provider_refuses_a_repeated_one()
    {
        var clock = new FakeClock();
        await using var sms = new SmsUnderTest(
            capabilities: new SmsGatewayCapabilities { MaxBatch = 10, DeduplicatesById = true }, time: clock);
        sms.Fake.When(SmsUnderTest.Number(1)).LeavesUnknown().Times(1);
        var sending = sms.SendAsync(SmsUnderTest.Mailing(3));
        await Untried(sms, clock, sending);
        var report = await sending;
        Assert.Equal(3, report.Counts.Sent);
        Assert.Single(sms.Fake.Offered.Where(static o => o.Message.To == PhoneNumber.Parse(SmsUnderTest.Number(1))).Select(static o => o.Message.Id).Distinct());
        Assert.Equal(3, sms.Fake.Offered.Select(static o => o.Message.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_transient_refusal_is_tried_again_by_the_schedule()
    {
        var clock = new FakeClock();
        await using var sms = new SmsUnderTest(time: clock);
        sms.Fake.When(SmsUnderTest.Number(1)).AsksToRetry().Times(1);
        var began = clock.GetUtcNow();
        var sending = sms.SendAsync(SmsUnderTest.Mailing(3));
        await Untried(sms, clock, sending);
        Assert.Equal(3, (await sending).Counts.Sent);
        Assert.True(clock.GetUtcNow() - began >= TimeSpan.FromMinutes(1));
        Assert.Equal(4, sms.Fake.Offered.Count);
    }

    [Theory]
    [InlineData(InDoubtPolicy.Resend, 1)]
    [InlineData(InDoubtPolicy.AssumeSent, 0)]
    public async Task The_policy_decides_who_is_in_doubt(InDoubtPolicy policy, int again)
    {
        await using var sms = new SmsUnderTest();
        sms.Fake.When(SmsUnderTest.Number(1)).LeavesUnknown().Times(1);
        var report = await sms.SendAsync(new SmsMailing("Test", "Hello.", SmsUnderTest.Phones(3)) { InDoubtPolicy = policy });
        Assert.Equal(3, report.Counts.Sent);
        Assert.Equal(3 + again, sms.Fake.Offered.Count);
    }

    /// <summary>Lets time pass, a timer at a time, until the mailing has ended.</summary>
    internal static async Task Untried(SmsUnderTest sms, FakeClock clock, Task sending)
    {
        while (!sending.IsCompleted)
        {
            SmsUnderTest.Token.ThrowIfCancellationRequested();
            if (clock.NextDue is { } due)
            {
                clock.Advance(due < TimeSpan.FromSeconds(1) ? due : TimeSpan.FromSeconds(1));
            }

            await Task.Yield();
        }
    }
}
