using System.Text.RegularExpressions;
using Xunit;

namespace SuperMail.Dispatch.Tests.Dispatching;

/// <summary>Bad inputs through a mailing: whoever cannot be sent to fails alone, with the reason, before any gateway.</summary>
public sealed class SmsInputTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("call me")]
    [InlineData("+")]
    [InlineData("+4477009001234567")]
    [InlineData("+447700900123 / +447700900124")]
    [InlineData("+447700900123;ext=5")]
    public async Task What_is_no_number_fails_with_the_reason_and_no_call(string? number)
    {
        await using var sms = new SmsUnderTest();
        var report = await sms.SendAsync(SmsUnderTest.To(number));
        Assert.Equal((0, 1), (report.Counts.Sent, report.Counts.Failed));
        var failed = Assert.Single(await sms.OutcomesAsync(report.Id));
        Assert.Equal(OutcomeReason.BadAddress, failed.Reason);
        Assert.False(string.IsNullOrEmpty(failed.Failure?.Text));
        Assert.Equal(0, sms.Fake.Calls);
    }

    [Theory]
    [InlineData("+44 (0)7700 900123")]
    [InlineData("07700 900123")]
    [InlineData("0044 7700-900.123")]
    [InlineData("+44\u00A07700\u00A0900123")]
    [InlineData("\u202A+44 7700 900123\u202C")]
    [InlineData("+\uFF14\uFF14\uFF17\uFF17\uFF10\uFF10\uFF19\uFF10\uFF10\uFF11\uFF12\uFF13")]
    public async Task Every_usual_form_of_a_number_is_brought_into_one(string written)
    {
        await using var sms = new SmsUnderTest();
        var report = await sms.SendAsync(SmsUnderTest.To(written));
        Assert.Equal(1, report.Counts.Sent);
        Assert.Equal("447700900123", Assert.Single(sms.Fake.Messages).To.Digits);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("44", true)]
    [InlineData("0044", true)]
    [InlineData("+44", true)]
    public async Task A_national_number_needs_a_default_country_code(string? code, bool sent)
    {
        await using var sms = new SmsUnderTest(s => s.Sms.DefaultCountryCode = code);
        var report = await sms.SendAsync(SmsUnderTest.To("07700 900123"));
        Assert.Equal(sent ? 1 : 0, report.Counts.Sent);
        Assert.Equal(sent ? 0 : 1, report.Counts.Failed);
    }

    [Fact]
    public async Task The_same_number_in_other_forms_is_sent_once()
    {
        await using var sms = new SmsUnderTest();
        var report = await sms.SendAsync(SmsUnderTest.To("+447700900123", "07700 900123", "0044 (0)7700 900123", "+447700900124"));
        Assert.Equal((2, 2), (report.Counts.Sent, report.Counts.Duplicate));
        Assert.Equal([RecipientState.Sent, RecipientState.Duplicate, RecipientState.Duplicate, RecipientState.Sent], (await sms.OutcomesAsync(report.Id)).Select(static o => o.State));
    }

    [Fact]
    public async Task Duplicates_are_sent_where_they_are_not_looked_for()
    {
        await using var sms = new SmsUnderTest();
        var report = await sms.SendAsync(new SmsMailing("Test", "Hello.", [new("+447700900123"), new("07700900123")]) { DuplicateDetection = DuplicateDetection.Off });
        Assert.Equal(2, report.Counts.Sent);
    }

    [Theory]
    [InlineData("TwelveLetter")]
    [InlineData("4477009001234567")]
    [InlineData("Ånge")]
    [InlineData("Hi👋you")]
    [InlineData("Shop\r\nX")]
    public async Task A_sender_that_no_network_takes_refuses_the_mailing(string sender)
    {
        await using var sms = new SmsUnderTest();
        var refused = await Assert.ThrowsAsync<MailingRefusedException>(() => sms.SendAsync(new SmsMailing("Test", "Hello.", SmsUnderTest.Phones(1)) { Sender = sender }));
        Assert.StartsWith("Sender = '", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, sms.Fake.Calls);
    }

    [Fact]
    public async Task A_sender_that_the_gateway_does_not_take_refuses_the_mailing()
    {
        await using var sms = new SmsUnderTest(capabilities: new SmsGatewayCapabilities { Senders = SmsSenderKinds.Numeric | SmsSenderKinds.ShortCode });
        var refused = await Assert.ThrowsAsync<MailingRefusedException>(() => sms.SendAsync(new SmsMailing("Test", "Hello.", SmsUnderTest.Phones(1)) { Sender = "Example" }));
        Assert.Contains("takes no Alphanumeric sender; it takes Numeric, ShortCode", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await sms.SendAsync(new SmsMailing("Test", "Hello.", SmsUnderTest.Phones(1)) { Sender = "12345" })).Counts.Sent);
        Assert.Equal("12345", sms.Fake.Messages[0].From!.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \r\n ")]
    [InlineData(@"a\ud83d")]
    [InlineData(@"\udc00b")]
    [InlineData(@"a\u0000b")]
    [InlineData(@"a\u0007b")]
    public async Task A_text_that_cannot_be_sent_fails_alone(string escaped)
    {
        // The runner would not carry half a surrogate pair.
        var value = Regex.Unescape(escaped);
        await using var sms = new SmsUnderTest();
        var report = await sms.SendAsync(new SmsMailing("Test", "{{Text}}", Texts("fine", value, "fine too")));
        Assert.Equal((2, 1), (report.Counts.Sent, report.Counts.Failed));
        var failed = (await sms.OutcomesAsync(report.Id))[1];
        Assert.Equal(OutcomeReason.BadContent, failed.Reason);
        Assert.Equal(2, sms.Fake.Offered.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public async Task A_text_without_tags_that_nobody_can_be_sent_refuses_the_mailing(string text)
    {
        await using var sms = new SmsUnderTest();
        await Assert.ThrowsAsync<MailingRefusedException>(() => sms.SendAsync(new SmsMailing("Test", text, SmsUnderTest.Phones(1))));
    }

    [Fact]
    public async Task A_text_over_MaxSegments_fails_whole_and_is_never_cut()
    {
        await using var sms = new SmsUnderTest(s => s.Sms.MaxSegments = 2);
        var report = await sms.SendAsync(new SmsMailing("Test", "{{Text}}", Texts(new string('a', 306), new string('a', 307), new string('ж', 134), new string('ж', 135))));
        var outcomes = await sms.OutcomesAsync(report.Id);
        Assert.Equal([RecipientState.Sent, RecipientState.Failed, RecipientState.Sent, RecipientState.Failed], outcomes.Select(static o => o.State));
        Assert.Equal((OutcomeReason.TooLarge, "The text takes 3 segments; MaxSegments = 2."), (outcomes[1].Reason, outcomes[1].Failure?.Text));
        Assert.Equal([306, 134], sms.Fake.Messages.Select(static m => m.Text.Length));
        Assert.Equal(new SmsUsage(4), report.Sms);
    }

    [Fact]
    public async Task What_the_gateway_does_not_take_fails_before_the_call()
    {
        await using var sms = new SmsUnderTest(capabilities: new SmsGatewayCapabilities { MaxBatch = 10, MaxCharacters = 200, MaxSegments = 2, AstralCharacters = false });
        var report = await sms.SendAsync(new SmsMailing("Test", "{{Text}}", Texts(new string('a', 201), new string('ж', 135), "Hi 👋", "ж")));
        Assert.Equal(
            [OutcomeReason.TooLarge, OutcomeReason.TooLarge, OutcomeReason.BadContent, OutcomeReason.None],
            (await sms.OutcomesAsync(report.Id)).Select(static o => o.Reason));
        Assert.Equal("ж", Assert.Single(sms.Fake.Offered).Message.Text);
    }

    [Fact]
    public async Task A_gateway_without_Unicode_takes_what_smart_encoding_makes_of_a_text()
    {
        await using var sms = new SmsUnderTest(capabilities: new SmsGatewayCapabilities { MaxBatch = 10, Unicode = false });
        var report = await sms.SendAsync(new SmsMailing("Test", "{{Text}}", Texts("“Hello” – you", "Ж")) { SmartEncode = true });
        Assert.Equal((1, 1), (report.Counts.Sent, report.Counts.Failed));
        Assert.Equal("\"Hello\" - you", Assert.Single(sms.Fake.Messages).Text);
    }

    [Fact]
    public async Task Values_arrive_literally_and_line_breaks_as_one_character()
    {
        const string Hostile = "& ]]> ${x} % \" ' <b> {{Name}}\r\nnext";
        await using var sms = new SmsUnderTest();
        await sms.SendAsync(new SmsMailing("Test", "{{Text}}", Texts(Hostile)));
        Assert.Equal(Hostile.Replace("\r\n", "\n", StringComparison.Ordinal), Assert.Single(sms.Fake.Messages).Text);
    }

    [Fact]
    public async Task Tags_know_the_number_the_name_and_their_fallback()
    {
        await using var sms = new SmsUnderTest();
        await sms.SendAsync(new SmsMailing("Test", "[[recipient.address]] [[recipient.name]] [[Nick|friend]]", [new("07700900123", "Ada")])
        {
            TagStyle = TagStyle.Brackets, FieldNames = ["Nick"],
        });
        Assert.Equal("+447700900123 Ada friend", Assert.Single(sms.Fake.Messages).Text);
        var refused = await Assert.ThrowsAsync<MailingRefusedException>(() => sms.SendAsync(new SmsMailing("Test", "Hi {{Nmae}}", SmsUnderTest.Phones(1))));
        Assert.Contains("Text, line 1, column 4: the tag 'Nmae' is unknown", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_mailing_and_the_settings_choose_stands_in_each_message()
    {
        await using var sms = new SmsUnderTest(s =>
        {
            s.Sms.Sender = "Example";
            s.Sms.Validity = TimeSpan.FromHours(4);
            s.Sms.DeliveryReports = true;
            s.Sms.CallbackUrl = "https://host.example.org/receipts";
            s.Sms.Priority = 3;
        });
        await sms.SendAsync(new SmsMailing("Test", "Hello.", SmsUnderTest.Phones(1)) { Reference = "spring", Validity = TimeSpan.FromHours(1), MaxSegments = 3 });
        var message = Assert.Single(sms.Fake.Messages);
        Assert.Equal(("Example", TimeSpan.FromHours(1), "https://host.example.org/receipts", 3, "spring", 3),
            (message.From?.Value, message.Validity, message.CallbackUrl?.ToString(), message.Priority, message.Reference, message.MaxSegments));
        Assert.Matches("^[a-z0-9]{1,32}$", message.Id);
    }

    private static IEnumerable<Recipient> Texts(params string[] values) =>
        values.Select(static (value, n) => new Recipient(SmsUnderTest.Number(n)) { Fields = new Dictionary<string, string?> { ["Text"] = value } });
}
