using SuperMail.Dispatch.Delivery;
using SuperMail.Dispatch.Telemetry;
using Xunit;

namespace SuperMail.Dispatch.Tests.Sms;

public sealed class SmsMessagesTests
{
    [Fact]
    public void An_id_is_short_lower_case_and_of_one_recipient_alone()
    {
        var mailing = MailingId.Create();
        var ids = Enumerable.Range(0, 2000).Select(n => SmsMessages.IdOf(mailing, n)).Append(SmsMessages.IdOf(MailingId.Create(), 0)).ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(ids, static id => Assert.Matches("^[a-z0-9]{27,32}$", id));
        Assert.Equal(ids[35], SmsMessages.IdOf(mailing, 35));
        Assert.Matches("^[a-z0-9]{32}$", SmsMessages.IdOf(new MailingId(new Guid("ffffffff-ffff-ffff-ffff-ffffffffffff")), 2_000_000_000));
        Assert.Equal("00000000000000000000000000z", SmsMessages.IdOf(new MailingId(Guid.Empty), 35));
        Assert.Equal("0000000000000000000000000010", SmsMessages.IdOf(new MailingId(Guid.Empty), 36));
        Assert.Equal("7vvvvvvvvvvvvvvvvvvvvvvvvv0", SmsMessages.IdOf(new MailingId(new Guid("ffffffff-ffff-ffff-ffff-ffffffffffff")), 0));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("21211 no such user", "21211 no such user")]
    [InlineData("to +447700900123 and 447700900124.", "to +***23 and ***24.")]
    [InlineData("1234567", "***67")]
    [InlineData("123456", "123456")]
    public void Numbers_are_masked_and_codes_are_not(string text, string masked) => Assert.Equal(masked, NumberMask.Mask(text));
}
