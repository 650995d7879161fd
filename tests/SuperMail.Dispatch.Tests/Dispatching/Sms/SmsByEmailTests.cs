using Microsoft.Extensions.DependencyInjection;
using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Dispatching;

public sealed class SmsByEmailTests
{
    [Fact]
    public async Task Texts_travel_as_e_mails_through_the_e_mail_lane_and_its_quota()
    {
        var transport = new RecordingTransport();
        await using var sms = new SmsUnderTest(ByEmail, transport: transport);
        var report = await sms.SendAsync(new SmsMailing("Test", "Dear {{Name}}, hello – ж.", SmsUnderTest.Phones(100)));
        Assert.Equal((100, MailingState.Completed), (report.Counts.Sent, report.State));
        Assert.Equal(0, sms.Fake.Calls);
        Assert.Equal(
            Enumerable.Range(0, 100).Select(static n => $"447700900{n:D3}@sms.example.net").Order(),
            transport.Messages.Select(static m => m.Envelope.To.ToString()).Order());
        Assert.All(transport.Messages, static m => Assert.Equal("news@example.org", m.Envelope.From?.ToString()));
        Assert.True(transport.MostAtOnce <= 5);
        Assert.All(transport.Messages.GroupBy(static m => m.Connection), static c => Assert.True(c.Count() <= 20));
    }

    [Fact]
    public async Task The_rules_of_numbers_texts_and_duplicates_hold_there_too()
    {
        var transport = new RecordingTransport();
        await using var sms = new SmsUnderTest(
            s =>
            {
                ByEmail(s);
                s.Sms.MaxSegments = 1;
            },
            transport: transport);
        var report = await sms.SendAsync(new SmsMailing(
            "Test",
            "{{Text}}",
            [Text("07700 900000", "fine"), Text("nobody", "fine"), Text("+447700900000", "again"), Text("+447700900001", new string('a', 161)), Text("+447700900002", " ")]));
        Assert.Equal(
            [OutcomeReason.None, OutcomeReason.BadAddress, OutcomeReason.None, OutcomeReason.TooLarge, OutcomeReason.BadContent],
            (await sms.OutcomesAsync(report.Id)).Select(static o => o.Reason));
        Assert.Equal((1, 3, 1), (report.Counts.Sent, report.Counts.Failed, report.Counts.Duplicate));
        Assert.Contains("fine", Assert.Single(transport.Messages).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_key_goes_on_with_the_rules_that_it_began_with()
    {
        await using var sms = new SmsUnderTest(ByEmail);
        var failing = await Assert.ThrowsAsync<RecipientsFailedException>(() => sms.SendAsync(new SmsMailing("Test", "Hello {{Name}}.", Breaking()) { ExternalKey = "k", FieldNames = ["Name"] }));
        Assert.Equal(2, failing.Report.Counts.Accepted);
        var report = await sms.SendAsync(new SmsMailing("Test", "Hello {{Name}}.", SmsUnderTest.Phones(4)) { ExternalKey = "k", FieldNames = ["Name"] });
        Assert.Equal((failing.Report.Id, 4), (report.Id, report.Counts.Sent));

        static IEnumerable<Recipient> Breaking()
        {
            foreach (var phone in SmsUnderTest.Phones(2))
            {
                yield return phone;
            }

            throw new IOException("the list is gone");
        }
    }

    [Fact]
    public async Task Send_test_takes_the_same_way_and_says_what_the_relay_said()
    {
        var transport = new RecordingTransport(static m => m.Envelope.To.LocalPart == "447700900123"
            ? new Verdict { Kind = VerdictKind.Failed, Phase = DeliveryPhase.Rcpt, ReplyCode = 550, Text = "no such number" }
            : ScriptedTransport.Taken);
        await using var sms = new SmsUnderTest(ByEmail, transport: transport);
        var tester = sms.Services.GetRequiredService<IMailingTester>();
        var sent = await tester.SendSmsAsync("07700 900124", "Hello {{you}}", cancellationToken: SmsUnderTest.Token);
        Assert.True(sent.IsSent);
        Assert.Equal(1, sent.Result.Segments);
        Assert.Contains("Hello {{you}}", transport.Messages.Single().Text, StringComparison.Ordinal);
        var refused = await tester.SendSmsAsync("07700 900123", "Hello", cancellationToken: SmsUnderTest.Token);
        Assert.Equal((SmsOutcome.Rejected, "550", "no such number"), (refused.Result.Outcome, refused.Result.ProviderCode, refused.Result.ProviderText));
    }

    [Fact]
    public async Task Without_an_e_mail_tab_the_mailing_is_refused_with_its_faults()
    {
        await using var sms = new SmsUnderTest(static s =>
        {
            ByEmail(s);
            s.Email = new EmailSettings();
        });
        var refused = await Assert.ThrowsAsync<MailingRefusedException>(() => sms.SendAsync(SmsUnderTest.Mailing(1)));
        Assert.Contains("Mailing:Email:DefaultFromAddress", refused.Message, StringComparison.Ordinal);
    }

    private static void ByEmail(MailingSettings settings)
    {
        settings.Sms.UseWebService = false;
        settings.Sms.EmailGatewayDomain = "sms.example.net";
    }

    private static Recipient Text(string number, string text) => new(number) { Fields = new Dictionary<string, string?> { ["Text"] = text } };
}
