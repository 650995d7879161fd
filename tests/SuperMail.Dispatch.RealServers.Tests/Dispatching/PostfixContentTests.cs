using System.Text;
using System.Text.RegularExpressions;
using SuperMail.Dispatch.RealServers.Tests.Servers;
using SuperMail.Dispatch.Tests.Composing;
using Xunit;
using static SuperMail.Dispatch.RealServers.Tests.RealDispatcher;

namespace SuperMail.Dispatch.RealServers.Tests.Dispatching;

public sealed class PostfixContentTests(SharedPostfix postfix, PythonParser python) : IClassFixture<SharedPostfix>, IClassFixture<PythonParser>
{
    private static readonly string[] Names = ["José Ñandú", "Ольга Ёлкина", "王小明", "أحمد", "עמית", "Ελένη", "ナツキ", "김철수", "हिन्दी", "😀 Smile", "O'Neil, \"Quote\""];

    [Theory]
    [InlineData("scripts-bdat-", true)]
    [InlineData("scripts-data-", false)]
    public async Task Every_script_attachments_and_images_are_read_back(string prefix, bool chunking)
    {
        var server = await postfix.GetAsync();
        await using var sending = To(server, s => s.Email.UseChunking = chunking);
        var image = Random(200, 1);
        var file = Random(100_000, 2); // larger than a flight
        var content = new TemplateContent
        {
            Subject = "{{Name}} – 你好",
            Text = "{{Name}}",
            Html = "<p>{{Name}}</p><img src=\"cid:logo\">",
            Attachments = [Attachment.Inline("logo", "logo.png", image, "image/png"), Attachment.FromBytes("Résumé Ольга.pdf", file, "application/pdf")],
        };
        var people = Names.Select((name, i) => new Recipient($"{prefix}{i}@{PostfixServer.Domain}", name) { Fields = new Dictionary<string, string?> { ["Name"] = name } });

        var report = await sending.Dispatcher.SendAsync(new EmailMailing("Scripts", content, people), cancellationToken: Token);

        Assert.Equal(Names.Length, report.Counts.Sent);
        foreach (var message in await server.Mail.WaitForAsync(Names.Length, prefix, Token))
        {
            var name = Names[int.Parse(message.Recipient[prefix.Length..message.Recipient.IndexOf('@', StringComparison.Ordinal)], null)];
            var parsed = python.Parse(message.Bytes);
            Assert.Empty(parsed.Defects);
            Assert.Equal($"{name} – 你好", parsed.Header("Subject"));
            Assert.Equal((name, message.Recipient), (parsed.To[0][0], parsed.To[0][1]));
            var leaves = parsed.Root.Leaves.ToArray();
            Assert.Equal(["text/plain", "text/html", "image/png", "application/pdf"], leaves.Select(leaf => leaf.Type));
            Assert.Equal((name, name), (leaves[0].Text.Trim(), leaves[1].Markup!.Text.Trim()));
            Assert.Equal(image, leaves[2].Bytes);
            Assert.Equal(("Résumé Ольга.pdf", "<logo>"), (leaves[3].Filename, leaves[2].Cid));
            Assert.Equal(file, leaves[3].Bytes);
        }
    }

    [Theory]
    [InlineData("josé-bdat", true)]
    [InlineData("josé-data", false)]
    public async Task A_recipient_whose_name_needs_SMTPUTF8_is_delivered(string localPart, bool chunking)
    {
        var server = await postfix.GetAsync();
        await using var sending = To(server, s => s.Email.UseChunking = chunking);
        Recipient[] people = [Person(localPart), Person(localPart + "-用户"), Person(localPart.Replace('é', 'e'))];

        var report = await sending.Dispatcher.SendAsync(new EmailMailing("Utf8", Hello, people), cancellationToken: Token);

        Assert.Equal(3, report.Counts.Sent);
        var message = (await server.Mail.WaitForAsync(2, localPart, Token)).Single(m => m.Recipient == $"{localPart}@{PostfixServer.Domain}");
        var parsed = python.Parse(message.Bytes);
        Assert.Equal($"{localPart}@{PostfixServer.Domain}", parsed.To[0][1]);
        Assert.Equal($"Hello N-{localPart}", parsed.Header("Subject"));
        Assert.Contains("with UTF8SMTPS", message.Field("Received"), StringComparison.Ordinal); // RFC 6531 §4.3
    }

    [Fact]
    public async Task A_recipient_who_needs_SMTPUTF8_fails_alone_where_it_is_not_offered()
    {
        await using var server = await PostfixServer.StartAsync(new Dictionary<string, string> { ["smtputf8_enable"] = "no" }, cancellationToken: Token);
        await using var sending = To(server);

        var report = await sending.Dispatcher.SendAsync(new EmailMailing("Utf8", Hello, [Person("first"), Person("josé"), Person("last")]), cancellationToken: Token);

        Assert.Equal((2, 1), (report.Counts.Sent, report.Counts.Failed));
        var refused = (await sending.AccountAsync(report))[1];
        Assert.Equal(OutcomeReason.NeedsSmtpUtf8, refused.Reason);
        Assert.Contains("SMTPUTF8", refused.Failure!.Text, StringComparison.Ordinal);
        Assert.Equal(2, (await server.Mail.WaitForAsync(2, Token)).Count);
    }

    [Theory]
    [InlineData("raw-bdat-", SmtpPipelining.Standard, true)]
    [InlineData("raw-data-", SmtpPipelining.Standard, false)]
    [InlineData("raw-off-", SmtpPipelining.Off, false)]
    public async Task Raw_messages_arrive_octet_by_octet(string prefix, SmtpPipelining pipelining, bool chunking)
    {
        string[] bodies =
        [
            ".\r\n", "..\r\n.", ".a\n.b\r.c\r\r\n.d\n\n.\n", "\n.\nQUIT\n", "\r\n.\r\nRSET\r\n", "no end", "", "blank at the end \r\n\t\r\n",
            "From here\r\n.From there\r\n", new string('.', 998) + "\n", Lines(3000, "."), "caf\u00e9 in Latin-1 \u00ff\u0080\r\n", "UTF-8: \u00c3\u00a9\n",
        ];
        var server = await postfix.GetAsync();
        await using var sending = To(server, s => (s.Email.Pipelining, s.Email.UseChunking) = (pipelining, chunking));
        var people = bodies.Select((body, i) => new Recipient($"{prefix}{i}@{PostfixServer.Domain}")
        {
            RawMessage = Encoding.Latin1.GetBytes(Head(i, prefix) + "\n" + body),
        });

        var report = await sending.Dispatcher.SendAsync(new EmailMailing("Raw", EmailContent.RawPerRecipient, people), cancellationToken: Token);

        Assert.Equal(bodies.Length, report.Counts.Sent);
        var delivered = await server.Mail.WaitForAsync(bodies.Length, prefix, Token);
        for (var i = 0; i < bodies.Length; i++)
        {
            var message = delivered.Single(m => m.Recipient == $"{prefix}{i}@{PostfixServer.Domain}");
            var expected = Normalised(Head(i, prefix) + "\n" + bodies[i]);
            var whole = Encoding.Latin1.GetString(message.Bytes);
            var start = whole.IndexOf("From: ", StringComparison.Ordinal);
            Assert.Equal(expected, whole[start..]);
        }

        // A maildir has LF alone; a last line without an end gets one.
        static string Normalised(string text)
        {
            var lines = Regex.Replace(text, "\r\r\n|\r\n|\r", "\n");
            return lines.EndsWith('\n') ? lines : lines + "\n";
        }
    }

    [Fact]
    public async Task Eight_bit_content_fails_alone_where_8BITMIME_is_not_offered()
    {
        await using var server = await PostfixServer.StartAsync(
            new Dictionary<string, string> { ["smtpd_discard_ehlo_keywords"] = "8bitmime, smtputf8" }, cancellationToken: Token);
        await using var sending = To(server);
        Recipient[] people =
        [
            new("a@private.test") { RawMessage = Encoding.Latin1.GetBytes(Head(0, "") + "\nascii\n") },
            new("b@private.test") { RawMessage = Encoding.Latin1.GetBytes(Head(1, "") + "\n\u00e9\n") },
        ];

        var report = await sending.Dispatcher.SendAsync(new EmailMailing("Raw", EmailContent.RawPerRecipient, people), cancellationToken: Token);

        Assert.Equal((1, 1), (report.Counts.Sent, report.Counts.Failed));
        Assert.Equal("5.6.3", (await sending.AccountAsync(report))[1].Failure!.EnhancedCode.ToString());
    }

    private static string Head(int i, string prefix) =>
        $"From: {From}\nTo: {prefix}{i}@{PostfixServer.Domain}\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\rSubject: raw\r\nMessage-ID: <{i}.{prefix}@sender.test>\n";

    private static string Lines(int count, string start) =>
        string.Concat(Enumerable.Range(0, count).Select(i => $"{(i % 3 == 0 ? start : "")}line {i} of a content that no single flight holds\n"));

    private static byte[] Random(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
