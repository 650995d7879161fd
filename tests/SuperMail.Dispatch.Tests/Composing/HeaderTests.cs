using System.Text;
using SuperMail.Dispatch.Composing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Composing;

public class HeaderTests
{
    private static readonly TemplateContent Plain = new() { Subject = "x", Text = "y" };

    [Fact]
    public void Date_is_the_mailings_own_on_every_attempt() =>
        Assert.StartsWith("Date: Sat, 21 Nov 2026 19:20:00 +0100\r\n", Composed.Message(Plain));

    [Fact]
    public void Date_is_English_under_every_culture_and_keeps_a_negative_offset()
    {
        var culture = Thread.CurrentThread.CurrentCulture;
        try
        {
            Thread.CurrentThread.CurrentCulture = new System.Globalization.CultureInfo("ar-SA");
            var definition = Composed.Definition(Plain) with { Date = new DateTimeOffset(2026, 2, 3, 4, 5, 6, new TimeSpan(-3, -30, 0)) };
            Assert.StartsWith("Date: Tue, 03 Feb 2026 04:05:06 -0330\r\n", Compose(definition));
        }
        finally
        {
            Thread.CurrentThread.CurrentCulture = culture;
        }
    }

    [Fact]
    public void Message_ID_is_the_same_on_every_attempt_and_differs_between_recipients_and_mailings()
    {
        var definition = Composed.Definition(Plain);
        Assert.Contains("\r\nMessage-ID: <0193500000007000800000000000abcd.7@example.com>\r\n", Compose(definition));
        Assert.Equal(Compose(definition), Compose(definition));
        Assert.Contains("abcd.1234567890123@example.com>", Compose(definition, ordinal: 1234567890123));
        Assert.DoesNotContain("abcd.7@", Compose(definition with { Id = MailingId.Create() }));
    }

    [Theory]
    [InlineData(null, "To: bob@example.org")]
    [InlineData("  ", "To: bob@example.org")]
    [InlineData("Bob Brown", "To: Bob Brown <bob@example.org>")]
    [InlineData("Brown, Bob", "To: \"Brown, Bob\" <bob@example.org>")]
    [InlineData("Bob \"B\" \\", "To: \"Bob \\\"B\\\" \\\\\" <bob@example.org>")]
    [InlineData("B.B.", "To: \"B.B.\" <bob@example.org>")]
    [InlineData("Bjørn", "To: =?utf-8?Q?Bj=C3=B8rn?= <bob@example.org>")]
    [InlineData("你好", "To: =?utf-8?B?5L2g5aW9?= <bob@example.org>")]
    [InlineData("a\r\nb", "To: a b <bob@example.org>")]
    public void To_has_the_name_as_atoms_quoted_or_encoded(string? name, string header) =>
        Assert.Contains($"\r\n{header}\r\n", Compose(Composed.Definition(Plain), name: name));

    [Fact]
    public void From_and_Reply_To_are_written_and_Sender_is_not_needed()
    {
        var message = Compose(Composed.Definition(Plain, fromName: "Zoë's, Ltd", replyTo: "answers@example.com"));
        Assert.Contains("\r\nFrom: =?utf-8?Q?Zo=C3=AB=27s=2C_Ltd?= <news@example.com>\r\nReply-To: answers@example.com\r\n", message);
        Assert.DoesNotContain("\r\nSender:", message);
        Assert.Contains("\r\nMIME-Version: 1.0\r\n", message);
    }

    [Fact]
    public void A_From_beyond_ASCII_asks_for_SMTPUTF8_in_every_message()
    {
        using var buffer = new MessageBuffer();
        var definition = Composed.Definition(Plain, from: "bjørn@example.com");
        Assert.Null(MessageComposer.Create(definition).Compose(Composed.Input(definition), buffer));
        Assert.True(buffer.NeedsSmtpUtf8 && buffer.Has8Bit);
    }

    [Fact]
    public void A_header_is_folded_at_78_where_white_space_exists()
    {
        var subject = string.Join(' ', Enumerable.Repeat("word", 60));
        var message = Composed.Message(Plain with { Subject = subject });
        Composed.AssertWireForm(Encoding.UTF8.GetBytes(message), 78);
        Assert.Contains("Subject: " + subject + "\r\n", message.Replace("\r\n ", " "));
        Assert.Contains(new string('x', 300) + "\r\n", Composed.Message(Plain with { Subject = "a " + new string('x', 300) }));
    }

    [Fact]
    public void Encoded_words_are_at_most_75_long_their_lines_76_and_no_character_is_cut()
    {
        var message = Composed.Message(Plain with { Subject = "{{S}}" }, ("S", string.Concat(Enumerable.Repeat("añ😀", 200))));
        foreach (var line in message.Split("\r\n").Where(line => line.Contains("=?utf-8?")))
        {
            Assert.True(line.Length <= 76);
            var word = line[line.IndexOf("=?", StringComparison.Ordinal)..];
            Assert.True(word.Length <= 75);
            Assert.DoesNotContain('\uFFFD', Encoding.UTF8.GetString(Convert.FromBase64String(word["=?utf-8?B?".Length..^2])));
        }
    }

    [Fact]
    public void A_word_too_long_for_a_line_is_encoded_so_that_it_can_be_broken() =>
        Composed.AssertWireForm(Encoding.UTF8.GetBytes(Composed.Message(Plain with { Subject = "{{S}}" }, ("S", new string('x', 10_000)))), 78);

    [Fact]
    public void A_megabyte_in_a_header_fails_its_recipient_with_the_reason() => Assert.Equal(
        "Subject: a header takes at most 16000 characters.",
        Composed.Error(Plain with { Subject = "{{S}}" }, ("S", new string('x', 1 << 20))));

    [Fact]
    public void A_megabyte_in_a_display_name_fails_its_recipient_with_the_reason()
    {
        var definition = Composed.Definition(Plain);
        using var buffer = new MessageBuffer();
        Assert.Equal(
            "To: a display name takes at most 16000 characters.",
            MessageComposer.Create(definition).Compose(Composed.Input(definition, name: new string('x', 1 << 20)), buffer));
    }

    [Theory]
    [InlineData("a\r\nBcc: eve@evil.example", "a Bcc: eve@evil.example")]
    [InlineData("a\nb\rc\r\r\nd", "a b c  d")]
    [InlineData("a\tb\vc\fd", "a b c d")]
    [InlineData("a\u0085b\u2028c\u2029d", "a b c d")]
    public void A_line_break_never_survives_in_a_header(string value, string said)
    {
        var message = Composed.Message(Plain with { Subject = "{{V}}", Headers = [new("X-V", "{{V}}"), new("References", "{{V}}")] }, ("V", value));
        Assert.Contains($"\r\nSubject: {said}\r\nX-V: {said}\r\nReferences: {said}\r\nMIME-Version:", message);
    }

    [Theory]
    [InlineData("Subject"), InlineData("bcc"), InlineData("Cc"), InlineData("RETURN-PATH"), InlineData("Received"), InlineData("DKIM-Signature"), InlineData("Content-Type")]
    [InlineData("content-anything"), InlineData("To"), InlineData("From"), InlineData("Sender"), InlineData("Message-Id"), InlineData("Mime-Version"), InlineData("Date"), InlineData("List-Unsubscribe"), InlineData("List-Unsubscribe-Post"), InlineData("Resent-To"), InlineData("ARC-Seal")]
    public void A_custom_header_that_the_library_or_a_relay_writes_is_refused(string name) =>
        Assert.Equal($"header '{name}': this field is written by the library or by relays and cannot be set.", Composed.Refusal(Plain with { Headers = [new(name, "x")] }));

    [Theory]
    [InlineData(""), InlineData("X Y"), InlineData("X:"), InlineData("X\r\nBcc"), InlineData("Ü"), InlineData(".X"), InlineData("X-\0")]
    public void A_custom_headers_name_is_checked(string name) =>
        Assert.Equal("Headers: a header's name is 1 to 60 letters, digits and hyphens.", Composed.Refusal(Plain with { Headers = [new(name, "x")] }));

    [Theory]
    [InlineData("a\r\nBcc: x"), InlineData("a\n"), InlineData("\0"), InlineData("\u0085")]
    public void A_custom_headers_value_is_checked(string value) =>
        Assert.StartsWith("header 'X-Y': the value is missing or holds", Composed.Refusal(Plain with { Headers = [new("X-Y", value)] }));

    [Fact]
    public void Encoded_words_stand_in_unstructured_headers_only()
    {
        Assert.Contains("\r\nX-Y: =?utf-8?Q?=C3=A9clair?=\r\n", Composed.Message(Plain with { Headers = [new("X-Y", "éclair")] }));
        Assert.StartsWith("header 'List-Id': this header is structured", Composed.Refusal(Plain with { Headers = [new("List-Id", "é <x.example>")] }));
        Assert.StartsWith("header 'In-Reply-To': this header is structured", Composed.Error(Plain with { Headers = [new("In-Reply-To", "{{V}}")] }, ("V", "<é@x>")));
        Assert.Contains("\r\nList-Id: <=?x?q?y?=>\r\n", Composed.Message(Plain with { Headers = [new("List-Id", "<=?x?q?y?=>")] }));
    }

    [Fact]
    public void Text_that_looks_like_an_encoded_word_is_encoded_so_that_it_arrives_as_it_is() =>
        Assert.Contains("\r\nSubject: =?utf-8?Q?=3D=3Futf-8=3FQ=3Fx=3F=3D?=\r\n", Composed.Message(Plain with { Subject = "{{V}}" }, ("V", "=?utf-8?Q?x?=")));

    [Fact]
    public void An_empty_subject_is_an_empty_field() => Assert.Contains("\r\nSubject:\r\n", Composed.Message(Plain with { Subject = "" }));

    private static string Compose(EmailDefinition definition, string? name = null, long ordinal = 7)
    {
        using var buffer = new MessageBuffer();
        Assert.Null(MessageComposer.Create(definition).Compose(Composed.Input(definition, name: name, ordinal: ordinal), buffer));
        return Encoding.UTF8.GetString(Composed.Bytes(buffer));
    }
}
