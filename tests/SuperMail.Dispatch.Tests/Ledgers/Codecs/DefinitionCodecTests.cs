using SuperMail.Dispatch.Ledgers;
using Xunit;

namespace SuperMail.Dispatch.Tests.Ledgers.Codecs;

public sealed class DefinitionCodecTests
{
    private static EmailDefinition Definition(EmailContent content) => new()
    {
        Id = MailingId.Create(),
        Name = "Spring \ud83c letter",
        Content = content,
        FieldNames = ["FirstName", "Größe"],
        From = EmailAddress.Parse("news@example.org"),
        FromName = "News ✉",
        ReplyTo = EmailAddress.Parse("answers@example.org"),
        EnvelopeFrom = "bounce+{{Token}}@example.org",
        Date = new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.FromHours(2)),
        InDoubtPolicy = InDoubtPolicy.Resend,
        Dsn = DsnNotify.Success | DsnNotify.Delay,
    };

    private static TemplateContent Template() => new()
    {
        Subject = "Hello {{FirstName}}",
        Text = "Text",
        Html = "<p>{{FirstName}}</p>",
        TagStyle = TagStyle.Brackets,
        Attachments =
        [
            Attachment.FromBytes("offer.pdf", new byte[] { 1, 2, 3 }, "application/pdf"),
            Attachment.Inline("logo", "logo.png", new byte[] { 4, 5 }, "image/png"),
        ],
        Headers = [new("X-One", "1"), new("X-Two", "{{FirstName}}")],
        ListUnsubscribe = new ListUnsubscribe { Url = "https://example.org/u?t={{Token}}", MailTo = "leave@example.org", OneClick = true },
    };

    [Fact]
    public void A_template_with_everything_is_read_back()
    {
        var given = Definition(Template());
        var found = (EmailDefinition)DefinitionCodec.Decode(DefinitionCodec.Encode(given));

        Assert.Equal(given with { Content = found.Content, FieldNames = found.FieldNames }, found);
        Assert.Equal(given.Date.Offset, found.Date.Offset);
        Assert.Equal(given.FieldNames, found.FieldNames);
        var (before, after) = (Template(), Assert.IsType<TemplateContent>(found.Content));
        Assert.Equal(before with { Attachments = [], Headers = [] }, after with { Attachments = [], Headers = [] });
        Assert.Equal(before.Headers, after.Headers);
        Assert.Equal(
            before.Attachments.Select(a => (a.FileName, a.ContentType, a.ContentId, Convert.ToHexString(a.Bytes.Span))),
            after.Attachments.Select(a => (a.FileName, a.ContentType, a.ContentId, Convert.ToHexString(a.Bytes.Span))));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(false)]
    [InlineData(true)]
    public void Whether_one_click_was_chosen_is_kept(bool? oneClick)
    {
        var given = Definition(new TemplateContent { Subject = "", ListUnsubscribe = new ListUnsubscribe { OneClick = oneClick } });
        var found = Assert.IsType<TemplateContent>(((EmailDefinition)DefinitionCodec.Decode(DefinitionCodec.Encode(given))).Content);
        Assert.Equal(oneClick, found.ListUnsubscribe!.OneClick);
        Assert.Null(found.Text);
    }

    [Fact]
    public void Raw_content_is_read_back()
    {
        var one = (EmailDefinition)DefinitionCodec.Decode(DefinitionCodec.Encode(Definition(EmailContent.Raw("A: b\r\n\r\nc"u8.ToArray()))));
        Assert.Equal("A: b\r\n\r\nc"u8, Assert.IsType<RawContent>(one.Content).Message.Span);
        var own = (EmailDefinition)DefinitionCodec.Decode(DefinitionCodec.Encode(Definition(EmailContent.RawPerRecipient)));
        Assert.Same(EmailContent.RawPerRecipient, own.Content);
    }

    [Fact]
    public void The_hash_tells_what_was_chosen_and_not_when()
    {
        var given = Definition(Template());
        var again = given with { Id = MailingId.Create(), Date = given.Date.AddDays(1) };
        Assert.Equal(DefinitionCodec.Hash(given).ToArray(), DefinitionCodec.Hash(again).ToArray());
        var other = given with { Content = Template() with { Subject = "Hullo" } };
        Assert.NotEqual(DefinitionCodec.Hash(given).ToArray(), DefinitionCodec.Hash(other).ToArray());
    }

    [Fact]
    public void Every_cut_and_every_changed_byte_is_read_or_refused_by_name()
    {
        var blob = DefinitionCodec.Encode(Definition(Template())).ToArray();
        for (var at = 0; at < blob.Length; at++)
        {
            Assert.Throws<InvalidDataException>(() => DefinitionCodec.Decode(blob.AsMemory(0, at)));
            foreach (var value in new byte[] { 0, 1, 0x7F, 0x80, 0xFF })
            {
                var damaged = (byte[])blob.Clone();
                damaged[at] = value;
                try
                {
                    DefinitionCodec.Decode(damaged);
                }
                catch (Exception fault) when (fault is InvalidDataException or NotSupportedException)
                {
                }
            }
        }
    }

    [Fact]
    public void A_newer_format_is_refused_by_name()
    {
        var blob = DefinitionCodec.Encode(Definition(Template())).ToArray();
        blob[0] = 9;
        Assert.Contains("format 9", Assert.Throws<NotSupportedException>(() => DefinitionCodec.Decode(blob)).Message, StringComparison.Ordinal);
    }
}
