using System.Net;
using System.Net.Sockets;
using System.Text;
using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Smtp;

public sealed class SmtpFlightTests
{
    public static TheoryData<WireMode> Modes => SmtpBed.AllModes;

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Every_message_arrives_octet_for_octet_on_one_connection(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode);
        TestMail[] mails =
        [
            new("a@example.net", "Subject: a\r\n\r\nplain\r\n"),
            new("b@example.net", ".first\r\n..second\r\n\r\n.\r\n.third\r\nx.y\r\n"),
            new("c@example.net", "no line end"),
            new("d@example.net", "Subject: d\r\n\r\n"),
        ];
        Assert.Null(await bed.SendAsync(mails));
        Assert.All(mails, mail => Assert.Equal(VerdictKind.Sent, mail.Kind));
        Assert.Equal(mails.Select(mail => mail.To), bed.Server.Messages.Select(m => m.Recipients.Single()));
        var isBdat = mode is WireMode.OffBdat or WireMode.StandardBdat;
        Assert.Equal(
            ["Subject: a\r\n\r\nplain\r\n", ".first\r\n..second\r\n\r\n.\r\n.third\r\nx.y\r\n", isBdat ? "no line end" : "no line end\r\n", "Subject: d\r\n\r\n"],
            bed.Server.Messages.Select(m => m.Text));
        Assert.All(bed.Server.Messages, m => Assert.Equal(isBdat, m.ByBdat));
        Assert.Equal("QUIT", (await bed.LinesAsync())[^1]);
        Assert.Equal(1, bed.Server.TotalConnections);
    }

    [Fact]
    public async Task The_envelope_of_the_next_message_leaves_before_the_reply_to_the_content_came()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var bed = SmtpBed.Start(WireMode.StandardData);
        bed.Settings.Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var mails = SmtpBed.Mails("a", "b");
        var sending = bed.SendAsync(mails);
        using var client = await listener.AcceptTcpClientAsync(SmtpBed.Token);
        var stream = client.GetStream();

        // Each line waits for the whole flight before it is answered: a client that waited for a reply would hang.
        await AnswerAsync("", "220 hello\r\n");
        await AnswerAsync("EHLO client.example.org\r\n", "250-hello\r\n250 PIPELINING\r\n");
        await AnswerAsync(Envelope("a"), "250 ok\r\n250 ok\r\n354 go\r\n");
        await AnswerAsync($"Subject: test\r\n\r\nHello\r\n.\r\n{Envelope("b")}", "250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n");
        await AnswerAsync("Subject: test\r\n\r\nHello\r\n.\r\n", "250 ok\r\n");
        await AnswerAsync("QUIT\r\n", "221 bye\r\n");
        Assert.Null(await sending);
        Assert.All(mails, mail => Assert.Equal(VerdictKind.Sent, mail.Kind));

        static string Envelope(string name) => $"MAIL FROM:<sender@example.org>\r\nRCPT TO:<{name}@example.net>\r\nDATA\r\n";

        async Task AnswerAsync(string expected, string reply)
        {
            var bytes = new byte[expected.Length];
            await stream.ReadExactlyAsync(bytes, SmtpBed.Token);
            Assert.Equal(expected, Encoding.ASCII.GetString(bytes));
            await stream.WriteAsync(Encoding.ASCII.GetBytes(reply), SmtpBed.Token);
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Commands_are_those_of_the_law_and_no_more(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode);
        await bed.SendAsync(SmtpBed.Mails("a", "b"));
        var lines = await bed.LinesAsync();
        Assert.Equal("EHLO client.example.org", lines[0]);
        Assert.Equal(1, bed.Server.CountOf(SmtpVerb.Ehlo));
        Assert.Equal((2, 2, 0, 1), (bed.Server.CountOf(SmtpVerb.Mail), bed.Server.CountOf(SmtpVerb.Rcpt), bed.Server.CountOf(SmtpVerb.Rset), bed.Server.CountOf(SmtpVerb.Quit)));
        Assert.Contains("MAIL FROM:<sender@example.org>", lines);
        Assert.Contains("RCPT TO:<b@example.net>", lines);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Content_does_not_wait_for_the_next_message(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode);
        var gate = new TaskCompletionSource();
        var mails = SmtpBed.Mails("a", "b");
        var feed = new TestFeed(mails).Holding(1, gate.Task);
        var sending = bed.SendAsync(feed);
        await bed.Server.WaitForMessagesAsync(1, SmtpBed.Token);
        await feed.WaitedFor.WaitAsync(SmtpBed.Token);
        gate.SetResult();
        Assert.Null(await sending);
        Assert.All(mails, mail => Assert.Equal(VerdictKind.Sent, mail.Kind));
        Assert.Equal(1, bed.Server.TotalConnections);
    }

    [Fact]
    public async Task A_server_without_pipelining_is_never_sent_a_group()
    {
        await using var bed = SmtpBed.Start(WireMode.StandardBdat, options =>
        {
            options.Pipelining = false;
            options.RefuseEarlyInput = true;
        });
        var mails = SmtpBed.Mails("a", "b", "c");
        Assert.Null(await bed.SendAsync(mails));
        Assert.All(mails, mail => Assert.Equal(VerdictKind.Sent, mail.Kind));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Groups_end_where_RFC_2920_ends_them(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode, options => options.RefuseEarlyInput = true);
        var mails = SmtpBed.Mails("a", "b", "c");
        Assert.Null(await bed.SendAsync(mails));
        Assert.All(mails, mail => Assert.Equal(VerdictKind.Sent, mail.Kind));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Replies_may_come_byte_by_byte(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode, options => options.DribbleReplies = true);
        bed.Server.On(SmtpVerb.Rcpt, "550-5.1.1 no such user\n550 5.1.1 really not", when: c => c.Argument.Contains("b@", StringComparison.Ordinal));
        var mails = SmtpBed.Mails("a", "b", "c");
        Assert.Null(await bed.SendAsync(mails));
        Assert.Equal([VerdictKind.Sent, VerdictKind.Failed, VerdictKind.Sent], mails.Select(m => m.Kind!.Value));
        Assert.Equal("no such user really not", mails[1].Verdict!.Text);
        Assert.Equal(new EnhancedStatusCode(5, 1, 1), mails[1].Verdict!.EnhancedCode);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Large_content_crosses_blocks_and_segments_unharmed(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode);
        var dots = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(".\r\n..x\r\nabc\r\n", 20_000)));
        var block = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(new string('x', 74) + "\r\n", 10_000)));
        var mail = new TestMail(
            "a@example.net",
            ("Subject: large\r\n\r\n"u8.ToArray(), true), (block, false), (dots, true), (".dot at a seam\r\n"u8.ToArray(), false), (block, false), ("end"u8.ToArray(), false), ("\r"u8.ToArray(), true), ("\n."u8.ToArray(), true), ("\r\n"u8.ToArray(), true));
        var small = new TestMail("b@example.net");
        Assert.Null(await bed.SendAsync(mail, small));
        Assert.Equal([VerdictKind.Sent, VerdictKind.Sent], [mail.Kind, small.Kind]);
        var writer = new System.Buffers.ArrayBufferWriter<byte>();
        mail.CopyTo(writer);
        Assert.True(writer.WrittenSpan.SequenceEqual(bed.Server.Messages[0].Content.Span));
        Assert.Equal(mail.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), bed.Server.Messages[0].MailParameters["SIZE"]);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Reading_goes_on_while_a_write_is_stuck(WireMode mode)
    {
        // The server stops reading and says so; a client that does not read would wait for its block to be taken.
        await using var bed = SmtpBed.Start(mode);
        bed.Server.On(SmtpVerb.Content, SmtpAction.Raw("552 5.3.4 too large for me\r\n").ThenReset(), when: c => c.ContentLength > 0, times: 1);
        var mail = new TestMail("a@example.net", (new byte[32 * 1024 * 1024].Select(static _ => (byte)'x').ToArray(), false));
        var fault = await bed.SendAsync(mail);
        Assert.Equal(TransportFault.Connection, fault!.Fault);
        Assert.True(mail.Verdict is { Kind: VerdictKind.Failed, ReplyCode: 552 } or { Kind: VerdictKind.Retry, EnhancedCode: { Class: 4, Subject: 4, Detail: 2 } }, mail.Verdict?.ToString());
    }

    [Fact]
    public async Task An_idle_session_takes_another_turn()
    {
        await using var bed = SmtpBed.Start();
        await using var session = await bed.Transport.OpenAsync(SmtpBed.Token);
        var mails = SmtpBed.Mails("a", "b");
        await session.SendAsync(new TestFeed([mails[0]]), SmtpBed.Token);
        await session.SendAsync(new TestFeed([mails[1]]), SmtpBed.Token);
        Assert.Equal(2, bed.Server.MessagesAccepted);
        Assert.Equal(1, bed.Server.TotalConnections);
    }
}
