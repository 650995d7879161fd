using Microsoft.Extensions.DependencyInjection;
using SuperMail.Dispatch.Testing;
using SuperMail.Dispatch.Tests.Dispatching;
using Xunit;

namespace SuperMail.Dispatch.Tests.Hosting;

public sealed class SmsTesterTests
{
    [Fact]
    public async Task Send_test_gives_the_gateways_own_answer_outside_every_statistic()
    {
        await using var sms = new SmsUnderTest(static s => s.Sms.Sender = "Example");
        var tester = sms.Services.GetRequiredService<IMailingTester>();
        var sent = await tester.SendSmsAsync("07700 900123", "Hello {{Name}}", cancellationToken: SmsUnderTest.Token);
        Assert.True(sent.IsSent);
        Assert.Equal(("+447700900123", 1), (sent.To?.ToString(), sent.Result.Segments));
        Assert.NotEmpty(sent.Result.ProviderMessageIds);
        Assert.Equal("Example", sms.Fake.AssertSent("+447700900123", "Hello {{Name}}").From?.Value);

        sms.Fake.When("+447700900123").Rejects(SmsErrorClass.Authentication, "20003", "not you");
        var refused = await tester.SendSmsAsync("+447700900123", "Hello", "Other", SmsUnderTest.Token);
        Assert.Equal((SmsOutcome.Rejected, SmsErrorClass.Authentication, "20003", "not you"),
            (refused.Result.Outcome, refused.Result.ErrorClass, refused.Result.ProviderCode, refused.Result.ProviderText));
        Assert.Equal("Other", sms.Fake.Offered[^1].Message.From?.Value);
        Assert.Empty(await sms.Dispatcher.ListAsync(cancellationToken: SmsUnderTest.Token).ToListAsync(SmsUnderTest.Token));
    }

    [Theory]
    [InlineData("nobody", "Hello", SmsErrorClass.InvalidRecipient)]
    [InlineData("07700900123", " ", SmsErrorClass.InvalidContent)]
    [InlineData("07700900123", "a\0", SmsErrorClass.InvalidContent)]
    [InlineData("07700900123", "long", SmsErrorClass.TooLong)]
    public async Task What_cannot_be_sent_is_said_without_a_call(string number, string text, SmsErrorClass expected)
    {
        await using var sms = new SmsUnderTest();
        var result = await sms.Services.GetRequiredService<IMailingTester>()
            .SendSmsAsync(number, text == "long" ? new string('a', 2000) : text, cancellationToken: SmsUnderTest.Token);
        Assert.Equal((SmsOutcome.Rejected, expected), (result.Result.Outcome, result.Result.ErrorClass));
        Assert.False(string.IsNullOrEmpty(result.Result.ProviderText));
        Assert.Equal(0, sms.Fake.Calls);
    }

    [Fact]
    public async Task Without_a_gateway_it_is_refused_with_the_settings_faults()
    {
        await using var tested = new DispatcherUnderTest(transport: new RecordingTransport());
        var refused = await Assert.ThrowsAsync<MailingRefusedException>(() => tested.Services.GetRequiredService<IMailingTester>().SendSmsAsync("+447700900123", "Hello"));
        Assert.Contains("Mailing:Sms:Module = (not set): is required", refused.Message, StringComparison.Ordinal);
    }
}
