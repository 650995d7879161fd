using System.Text;
using SuperMail.Dispatch.Composing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Composing;

public sealed class JudgedByPythonTests(PythonParser python) : IClassFixture<PythonParser>
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void What_another_parser_reads_is_what_was_meant_in_every_structure_and_with_every_value(int seed)
    {
        var random = new Random(seed);
        for (var structure = 0; structure < 64; structure++)
        {
            var mailing = new JudgedMailing(random, structure);
            var recipient = new JudgedRecipient(random, "bob@example.org");
            var definition = Composed.Definition(mailing.Content, fromName: mailing.FromName);
            using var buffer = new MessageBuffer();
            Assert.Null(MessageComposer.Create(definition).Compose(
                Composed.Input(definition, recipient.Values, recipient.Address, recipient.Name), buffer));
            var message = Composed.Bytes(buffer);
            Composed.AssertWireForm(message);
            AssertNeedsNoStuffing(buffer, message);
            mailing.Check(python.Parse(message), recipient);
        }
    }

    [Fact]
    public void No_value_adds_a_tag_or_an_attribute_to_HTML_and_each_reads_back_as_itself()
    {
        var random = new Random(5);
        var content = new TemplateContent
        {
            Subject = "x",
            Html = "<p title=\"{{V}}\" class='{{V}}'>{{V}}</p><a href='https://e.example/?q={{V}}&amp;r=1'>x</a>",
        };
        for (var i = 0; i < 100; i++)
        {
            var value = HostileText.Make(random);
            var markup = python.Parse(Encoding.UTF8.GetBytes(Composed.Message(content, ("V", value)))).Root.Markup!;
            string?[][] tags =
            [
                ["p", "title", Intent.Text(value), "class", Intent.Text(value)],
                ["a", "href", $"https://e.example/?q={Intent.UrlComponent(value)}&r=1"],
            ];
            Assert.Equal(tags, markup.Tags);
            Assert.Equal(Intent.Text(value) + "x", markup.Text.TrimEnd('\r', '\n'));
        }
    }

    [Fact]
    public void An_address_beyond_ASCII_stands_raw_in_the_header_and_asks_for_SMTPUTF8()
    {
        var definition = Composed.Definition(new TemplateContent { Subject = "x", Text = "y" });
        using var buffer = new MessageBuffer();
        Assert.Null(MessageComposer.Create(definition).Compose(
            Composed.Input(definition, to: "bjørn@bücher.example", name: "Bjørn"), buffer));
        Assert.True(buffer.NeedsSmtpUtf8);
        Assert.True(buffer.Has8Bit);
        Assert.Equal(["Bjørn", "bjørn@xn--bcher-kva.example"], Assert.Single(python.Parse(Composed.Bytes(buffer)).To));
    }

    [Fact]
    public void A_display_name_cannot_bring_a_second_recipient()
    {
        var definition = Composed.Definition(new TemplateContent { Subject = "x", Text = "y" });
        using var buffer = new MessageBuffer();
        Assert.Null(MessageComposer.Create(definition).Compose(
            Composed.Input(definition, name: "Bob\" <eve@evil.example>, \"\r\nBcc: eve@evil.example"), buffer));
        var parsed = python.Parse(Composed.Bytes(buffer));
        Assert.Equal("bob@example.org", Assert.Single(parsed.To)[1]);
        Assert.DoesNotContain(parsed.Headers, header => header[0] == "Bcc");
    }

    [Theory]
    [InlineData("plain.pdf", "plain.pdf")]
    [InlineData("résumé – 履歴書.pdf", "résumé – 履歴書.pdf")]
    [InlineData("تقرير.pdf", "تقرير.pdf")]
    [InlineData("a\"b\\c;d=e'f.txt", "c;d=e'f.txt")]
    [InlineData("say \"hi\".txt", "say \"hi\".txt")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("C:\\temp\\x.exe", "x.exe")]
    [InlineData("x\r\nBcc: eve@evil.example", "x__Bcc: eve@evil.example")]
    [InlineData("nul\0.txt", "nul_.txt")]
    [InlineData("100%.txt", "100%.txt")]
    [InlineData("utf-8''x.txt", "utf-8''x.txt")]
    [InlineData("=?utf-8?Q?x?=.txt", "=?utf-8?Q?x?=.txt")]
    [InlineData("..", "attachment")]
    [InlineData("a/", "attachment")]
    public void A_hostile_file_name_arrives_as_a_name_and_nothing_else(string given, string shown) => CheckFileName(given, shown);

    [Fact]
    public void A_lone_surrogate_in_a_file_name_becomes_the_replacement_character() =>
        CheckFileName("lone\uD800.txt", "lone\uFFFD.txt");

    [Fact]
    public void A_file_name_of_a_thousand_letters_is_cut_and_keeps_its_extension()
    {
        var message = Composed.Message(new TemplateContent
        {
            Subject = "x",
            Text = "y",
            Attachments = [Attachment.FromBytes(string.Concat(Enumerable.Repeat("日本", 500)) + ".pdf", new byte[1])],
        });
        var name = python.Parse(Encoding.UTF8.GetBytes(message)).Root.Parts[1].Filename!;
        Assert.Equal(255, name.Length);
        Assert.EndsWith("本日.pdf", name);
        Composed.AssertWireForm(Encoding.UTF8.GetBytes(message), 78);
    }

    // Nothing that a relay on the way could alter: no dot or From at the start of a line, no blank at its end, 7 bits.
    private static void AssertNeedsNoStuffing(MessageBuffer buffer, byte[] message)
    {
        for (var i = 0; i < buffer.SegmentCount; i++)
        {
            buffer.GetSegment(i, out var mayNeedStuffing);
            Assert.False(mayNeedStuffing);
        }

        Assert.False(message.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)127));
        Assert.Equal(-1, message.AsSpan().IndexOf("\n."u8));
        Assert.Equal(-1, message.AsSpan().IndexOf("\nFrom "u8));
        Assert.Equal(-1, message.AsSpan().IndexOf(" \r\n"u8));
    }

    private void CheckFileName(string given, string shown)
    {
        var message = Composed.Message(new TemplateContent
        {
            Subject = "x",
            Text = "y",
            Attachments = [Attachment.FromBytes(given, new byte[] { 1, 2, 3 })],
        });
        var parsed = python.Parse(Encoding.UTF8.GetBytes(message));
        Assert.Empty(parsed.Defects);
        Assert.Equal("multipart/mixed(text/plain, application/octet-stream)", parsed.Root.ToString());
        Assert.Equal(shown, parsed.Root.Parts[1].Filename);
        Assert.Equal([1, 2, 3], parsed.Root.Parts[1].Bytes);
    }
}
