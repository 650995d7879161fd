using System.Text;
using SuperMail.Dispatch.Composing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Composing;

public class BodyTests
{
    [Theory]
    [InlineData("Hello\nworld", "7bit", "Hello\r\nworld\r\n")]
    [InlineData("Hello \nworld", "quoted-printable", "Hello=20\r\nworld\r\n")]
    [InlineData(".x\n..y", "quoted-printable", "=2Ex\r\n=2E.y\r\n")]
    [InlineData("a\nFrom b", "quoted-printable", "a\r\n=46rom b\r\n")]
    [InlineData("boundary =_ here", "quoted-printable", "boundary =3D_ here\r\n")]
    [InlineData("Grüße aus dem Norden", "quoted-printable", "Gr=C3=BC=C3=9Fe aus dem Norden\r\n")]
    [InlineData("你好世界", "base64", "5L2g5aW95LiW55WM\r\n")]
    [InlineData("a\0b and some more text", "quoted-printable", "a=EF=BF=BDb and some more text\r\n")]
    [InlineData("a\rb\r\r\nc\r\n\n", "7bit", "a\r\nb\r\nc\r\n\r\n")]
    public void A_part_without_tags_is_encoded_by_its_content(string text, string encoding, string body) => Assert.EndsWith(
        $"\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}",
        Composed.Message(new TemplateContent { Subject = "x", Text = text }));

    [Theory]
    [InlineData("{{V}}", "Bob", "Bob")]
    [InlineData("Dear {{V}},", "Bob", "Dear=20=\r\nBob=\r\n,")]
    [InlineData("a\n{{V}}\nb", "Bob", "a\r\nBob\r\nb")]
    [InlineData("a{{V}}{{V}}b", "x", "a=\r\nx=\r\nx=\r\nb")]
    [InlineData("{{V}}.b", "x", "x=\r\n=2Eb")]
    [InlineData("{{V}}From b", "", "=46rom b")]
    [InlineData("{{V}}\nb", "x ", "x=20\r\nb")]
    [InlineData("{{V}}b", "x\r", "x\r\nb")]
    [InlineData("{{V}}", ".\n.\r.", "=2E\r\n=2E\r\n=2E")]
    [InlineData("{{V}}", "From x\nFrom y", "=46rom x\r\n=46rom y")]
    [InlineData("{{V}}", "a=b\tc\t\nd", "a=3Db\tc=09\r\nd")]
    public void Around_a_value_there_are_soft_breaks_unless_a_line_begins_or_ends_there(string text, string value, string body) =>
        Assert.EndsWith($"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{body}\r\n", Composed.Message(new TemplateContent { Subject = "x", Text = text }, ("V", value)));

    [Theory]
    [InlineData("x"), InlineData("é"), InlineData("😀"), InlineData("="), InlineData(" "), InlineData("."), InlineData("a b "), InlineData("<"), InlineData("\t")]
    public void No_line_passes_76_whatever_a_megabyte_of_it_is(string unit)
    {
        var value = string.Concat(Enumerable.Repeat(unit, (1 << 20) / unit.Length));
        var message = Composed.Message(new TemplateContent { Subject = "x", Text = "a {{V}} b", Html = "<p title='{{V}}'>{{V}}</p>" }, ("V", value));
        Composed.AssertWireForm(Encoding.UTF8.GetBytes(message), 76);
    }

    [Fact]
    public void A_long_line_without_tags_is_broken_by_the_transfer_encoding() => Composed.AssertWireForm(
        Encoding.UTF8.GetBytes(Composed.Message(new TemplateContent { Subject = "x", Html = "<p>" + new string('x', 5000) + "</p>" })), 76);

    [Fact]
    public void Both_parts_empty_are_refused() => Assert.Equal(
        "Text and Html are both empty: at least one is needed.", Composed.Refusal(new TemplateContent { Subject = "x", Text = "", Html = null }));

    [Fact]
    public void A_referenced_image_that_is_missing_is_refused() => Assert.Contains(
        "'cid:logo' names no inline image. Known: none.", Composed.Refusal(new TemplateContent { Subject = "x", Html = "<img src=\"cid:logo\">" }));

    [Theory]
    [InlineData("logo", "<p>cid:logo</p>", "is not shown")]
    [InlineData("logo", "<img src='cid:Logo'>", "'cid:Logo' names no inline image. Known: logo.")]
    [InlineData("a b", "<img src='cid:a b'>", "a content id is")]
    [InlineData("x>\r\nBcc: y", "<p>", "a content id is")]
    public void Images_and_HTML_must_fit_together(string id, string html, string rule) => Assert.Contains(rule, Composed.Refusal(
        new TemplateContent { Subject = "x", Html = html, Attachments = [Attachment.Inline(id, "a.png", new byte[1], "image/png")] }));

    [Fact]
    public void An_inline_image_without_HTML_or_twice_is_refused()
    {
        var image = Attachment.Inline("logo", "a.png", new byte[1], "image/png");
        Assert.Contains("is not shown", Composed.Refusal(new TemplateContent { Subject = "x", Text = "y", Attachments = [image] }));
        Assert.Contains("used twice", Composed.Refusal(new TemplateContent { Subject = "x", Html = "<img src='cid:logo'>", Attachments = [image, image] }));
    }

    [Theory]
    [InlineData("pdf"), InlineData("application/"), InlineData("a/b/c"), InlineData("a/b\r\nBcc: x"), InlineData("a/b; x"), InlineData("a/b; x=\"y"), InlineData("a/b; x=é"), InlineData("a/b; name=c")]
    [InlineData("multipart/mixed"), InlineData("message/rfc822")]
    public void A_media_type_is_checked(string type) => Assert.StartsWith("Attachment 'f': the content type ", Composed.Refusal(
        new TemplateContent { Subject = "x", Text = "y", Attachments = [Attachment.FromBytes("f", new byte[1], type)] }));

    [Fact]
    public void An_attachment_of_no_bytes_is_a_part_and_a_media_type_keeps_its_parameters()
    {
        var message = Composed.Message(new TemplateContent { Subject = "x", Text = "y", Attachments = [Attachment.FromBytes("f.ics", Array.Empty<byte>(), "text/calendar; method=REQUEST")] });
        Assert.Contains("Content-Type: text/calendar;\r\n method=REQUEST;\r\n name=\"f.ics\"\r\nContent-Disposition: attachment;\r\n filename=\"f.ics\"\r\nContent-Transfer-Encoding: base64\r\n\r\n\r\n--=_", message);
    }

    [Fact]
    public void Attachments_are_encoded_once_and_shared_by_all_messages()
    {
        var definition = Composed.Definition(new TemplateContent { Subject = "x", Text = "{{V}}", Attachments = [Attachment.FromBytes("f", new byte[1 << 20])] });
        var composer = MessageComposer.Create(definition);
        using var one = new MessageBuffer();
        using var two = new MessageBuffer();
        var input = Composed.Input(definition, new Dictionary<string, string?> { ["V"] = "v" });
        Assert.Null(composer.Compose(input, one));
        Assert.Null(composer.Compose(input, two));
        var large = Enumerable.Range(0, one.SegmentCount).Single(i => one.GetSegment(i, out _).Length > 1_000_000);
        Assert.True(one.GetSegment(large, out _).Equals(two.GetSegment(large, out _)));
    }

    [Fact]
    public void A_warm_message_allocates_next_to_nothing()
    {
        var definition = Composed.Definition(new TemplateContent
        {
            Subject = "News for {{A}}",
            Text = string.Concat(Enumerable.Repeat("Some text that is the same for all. ", 30)) + "{{A}} {{B}}\n{{C}}",
            Html = "<p>{{A}}</p>" + string.Concat(Enumerable.Repeat("<b>text</b> ", 80)) + "<a href='https://e.example/?c={{C}}'>x</a>",
            Headers = [new("X-C", "{{C}}")],
            ListUnsubscribe = new ListUnsubscribe { Url = "https://e.example/u?t={{C}}" },
        });
        var composer = MessageComposer.Create(definition);
        var input = Composed.Input(definition, new Dictionary<string, string?> { ["A"] = "Zoë", ["B"] = "O'Brien & <Sons>", ["C"] = "a b c" }, name: "Zoë B");
        using var buffer = new MessageBuffer();
        long allocated = 0;
        for (var i = 0; i < 300; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            buffer.Clear();
            Assert.Null(composer.Compose(input, buffer));
            allocated = i < 200 ? 0 : allocated + GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.True(allocated / 100 < 64, $"{allocated / 100} bytes a message");
    }

    [Fact]
    public void Several_threads_compose_at_once()
    {
        var definition = Composed.Definition(new TemplateContent { Subject = "{{V}}", Text = "{{V}}", Html = "{{V}}" });
        var composer = MessageComposer.Create(definition);
        Parallel.For(0, 2000, i =>
        {
            using var buffer = new MessageBuffer();
            var value = $"value {i}";
            Assert.Null(composer.Compose(Composed.Input(definition, new Dictionary<string, string?> { ["V"] = value }, ordinal: i), buffer));
            var message = Encoding.UTF8.GetString(Composed.Bytes(buffer));
            Assert.Equal(3, message.Split(value + "\r\n").Length - 1);
            Assert.Contains($".{i}@example.com>", message);
        });
    }
}
