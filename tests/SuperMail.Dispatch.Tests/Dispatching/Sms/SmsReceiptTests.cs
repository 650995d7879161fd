using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Dispatching;

public sealed class SmsReceiptTests
{
    [Fact]
    public async Task The_state_of_a_recipient_follows_the_phone()
    {
        await using var sms = new SmsUnderTest();
        var report = await sms.SendAsync(SmsUnderTest.Mailing(3));
        await sms.Fake.DeliverAsync(SmsUnderTest.Number(0));
        await sms.Fake.ReceiptAsync(SmsUnderTest.Number(1), SmsReceiptState.Undelivered, isPermanent: true);
        await sms.Fake.ReceiptAsync(SmsUnderTest.Number(2), SmsReceiptState.Expired);
        Assert.Equal(RecipientState.Delivered, await StateAsync(sms, report, 0));
        Assert.Equal(RecipientState.Bounced, await StateAsync(sms, report, 1));
        Assert.Equal(RecipientState.SoftBounced, await StateAsync(sms, report, 2));
        Assert.Equal(3, (await sms.Dispatcher.GetStatusAsync(report.Id, SmsUnderTest.Token)).Report.Counts.Sent);
    }

    [Fact]
    public async Task A_repeated_receipt_and_one_behind_a_final_one_are_ignored()
    {
        await using var sms = new SmsUnderTest();
        var report = await sms.SendAsync(SmsUnderTest.Mailing(1));
        var key = sms.Fake.Offered[0].Result.ProviderMessageIds[0];
        Assert.Equal(new SmsReceiptAccount(1, 0, 0), await Record(sms, key, SmsReceiptState.Delivered));
        Assert.Equal(new SmsReceiptAccount(0, 0, 1), await Record(sms, key, SmsReceiptState.Delivered));
        Assert.Equal(new SmsReceiptAccount(0, 0, 1), await Record(sms, key, SmsReceiptState.Undelivered, minutes: 5));
        Assert.Equal(new SmsReceiptAccount(0, 0, 1), await Record(sms, key, SmsReceiptState.Pending, minutes: -5));
        Assert.Equal(new SmsReceiptAccount(0, 0, 1), await Record(sms, key, SmsReceiptState.Unknown));
        Assert.Equal(RecipientState.Delivered, await StateAsync(sms, report, 0));
        Assert.Single((await sms.Dispatcher.GetRecipientAsync(report.Id, 0, SmsUnderTest.Token))!.Events);
    }

    [Fact]
    public async Task A_final_receipt_outranks_one_that_was_not_whatever_order_they_came_in()
    {
        await using var sms = new SmsUnderTest();
        var report = await sms.SendAsync(SmsUnderTest.Mailing(1));
        var key = sms.Fake.Offered[0].Result.ProviderMessageIds[0];
        Assert.Equal(1, (await Record(sms, key, SmsReceiptState.Expired, minutes: 10)).Recorded);
        Assert.Equal(1, (await Record(sms, key, SmsReceiptState.Delivered, minutes: 5)).Recorded);
        Assert.Equal(RecipientState.Delivered, await StateAsync(sms, report, 0));
    }

    [Fact]
    public async Task A_receipt_of_an_unknown_id_is_kept_and_breaks_nothing()
    {
        await using var sms = new SmsUnderTest();
        Assert.Equal(new SmsReceiptAccount(0, 1, 0), await Record(sms, "nobody", SmsReceiptState.Delivered));
        Assert.Equal(1, (await sms.SendAsync(SmsUnderTest.Mailing(1))).Counts.Sent);
    }

    [Fact]
    public async Task A_receipt_that_comes_before_our_own_record_is_recorded_with_it()
    {
        var early = SmsReceiptAccountOf();
        await using var sms = new SmsUnderTest(capabilities: new SmsGatewayCapabilities { MaxBatch = 10 });
        sms.Fake.When().Answers(m =>
        {
            // The provider calls back before it has answered.
            early = sms.Dispatcher.RecordReceiptsAsync(
                [new SmsReceipt { Key = m.Id, State = SmsReceiptState.Delivered, Raw = "DELIVRD" }]).GetAwaiter().GetResult();
            return SmsSendResult.Accepted(m, 1, m.Id);
        });
        var report = await sms.SendAsync(SmsUnderTest.Mailing(1));
        Assert.Equal(new SmsReceiptAccount(0, 1, 0), early);
        await DispatcherUnderTest.Until(async () => await StateAsync(sms, report, 0) is RecipientState.Delivered);
    }

    [Fact]
    public async Task Each_part_of_a_long_text_has_a_key_and_the_first_final_word_counts()
    {
        await using var sms = new SmsUnderTest();
        var report = await sms.SendAsync(SmsUnderTest.Mailing(1, new string('a', 400)));
        var keys = sms.Fake.Offered[0].Result.ProviderMessageIds;
        Assert.Equal(3, keys.Count);
        Assert.Equal(new SmsReceiptAccount(1, 0, 0), await Record(sms, keys[2], SmsReceiptState.Delivered));
        Assert.Equal(new SmsReceiptAccount(0, 0, 1), await Record(sms, keys[0], SmsReceiptState.Delivered));
        Assert.Equal(RecipientState.Delivered, await StateAsync(sms, report, 0));
    }

    [Fact]
    public async Task What_a_receipt_says_in_words_is_kept_without_numbers()
    {
        await using var sms = new SmsUnderTest();
        var report = await sms.SendAsync(SmsUnderTest.Mailing(1));
        await sms.Dispatcher.RecordReceiptsAsync(
            [new SmsReceipt { Key = sms.Fake.Offered[0].Result.ProviderMessageIds[0], State = SmsReceiptState.Rejected, Raw = "REJECTD 447700900000", ProviderCode = "30005" }]);
        Assert.Equal("REJECTD ***00 30005", (await sms.Dispatcher.GetRecipientAsync(report.Id, 0, SmsUnderTest.Token))!.Events[0].Detail);
    }

    private static SmsReceiptAccount SmsReceiptAccountOf() => default;

    private static Task<SmsReceiptAccount> Record(SmsUnderTest sms, string key, SmsReceiptState state, int minutes = 0) =>
        sms.Dispatcher.RecordReceiptsAsync(
            [new SmsReceipt { Key = key, State = state, Raw = state.ToString(), At = new DateTimeOffset(2026, 5, 6, 7, 8, 9, TimeSpan.Zero).AddMinutes(minutes) }], SmsUnderTest.Token);

    private static async Task<RecipientState> StateAsync(SmsUnderTest sms, MailingReport report, long ordinal) =>
        (await sms.Dispatcher.GetRecipientAsync(report.Id, ordinal, SmsUnderTest.Token))!.State;
}
