using System.Text;
using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Testing;

public sealed class SmtpTestServerSessionTests
{
    private const string Mail = "MAIL FROM:<sender@example.com>";
    private const string Rcpt = "RCPT TO:<one@example.com>";

    [Fact]
    public async Task A_message_is_kept_octet_for_octet_with_its_envelope()
    {
        await using var server = SmtpTestServer.Start();
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        Assert.Equal("250 250 354", await client.CodesAsync(Mail + " BODY=8BITMIME", Rcpt + " NOTIFY=NEVER", "DATA"));
        await client.SendAsync("Subject: x\r\n\r\n..one\r\n...two\r\nbare\n.\nlf\r\r\n.\r\n");
        Assert.Equal("250 2.0.0 Ok: queued", await client.ReadAsync());

        ReceivedMessage message = Assert.Single(server.Messages);
        Assert.Equal("Subject: x\r\n\r\n.one\r\n..two\r\nbare\n.\nlf\r\r\n", message.Text);
        Assert.Equal("sender@example.com", message.From);
        Assert.Equal(["one@example.com"], message.Recipients);
        Assert.Equal("8BITMIME", message.MailParameters["BODY"]);
        Assert.Equal("NEVER", message.RecipientParameters[0]["NOTIFY"]);
        Assert.False(message.ByBdat);
        Assert.Equal(1, message.Connection);
    }

    [Fact]
    public async Task A_message_may_be_empty()
    {
        await using var server = SmtpTestServer.Start();
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        Assert.Equal("250 250 354 250", await client.CodesAsync(Mail, Rcpt, "DATA", "."));
        Assert.True(server.Messages[0].Content.IsEmpty);
    }

    [Fact]
    public async Task Commands_out_of_sequence_are_refused_503()
    {
        await using var server = SmtpTestServer.Start();
        await using Dialogue client = await Dialogue.ConnectAsync(server);
        await client.ReadAsync();
        Assert.Equal("503 250 503 503 250 503 250 250", await client.CodesAsync(
            Mail, "HELO client.test", Rcpt, "DATA", Mail, Mail, Rcpt, "RSET"));
        Assert.Equal("503", await client.CodesAsync("DATA"));
    }

    [Theory]
    [InlineData("FOO", "500 5.5.2")]
    [InlineData("MAIL", "501 5.5.4")]
    [InlineData("MAIL FROM: <a@example.com>", "501 5.5.4")]
    [InlineData("MAIL FROM:a@example.com", "501 5.5.4")]
    [InlineData("MAIL FROM:<a@example.com> FOO=1", "555 5.5.4")]
    [InlineData("MAIL FROM:<a@example.com> SIZE=x", "501 5.5.4")]
    [InlineData("MAIL FROM:<a@example.com> SIZE=99999999999", "552 5.3.4")]
    [InlineData("MAIL FROM:<a@example.com> RET=SOME", "501 5.5.4")]
    [InlineData("MAIL FROM:<a@example.com> ENVID=a+zz", "501 5.5.4")]
    [InlineData("MAIL FROM:<a@example.com> SIZE=1 SIZE=1", "501 5.5.4")]
    [InlineData("MAIL FROM:<a>", "501 5.1.7")]
    [InlineData("MAIL FROM:<\u00fc@example.com>", "553 5.6.7")]
    [InlineData("MAIL FROM:<\u00fc@example.com> SMTPUTF8", "250 2.1.0")]
    [InlineData("MAIL FROM:<>", "250 2.1.0")]
    [InlineData("MAIL FROM:<\"a>b c\"@example.com> RET=HDRS ENVID=a+3D", "250 2.1.0")]
    [InlineData("mail from:<a@example.com>", "250 2.1.0")]
    [InlineData("RSET now", "501 5.5.4")]
    [InlineData("VRFY a", "252 2.5.0")]
    [InlineData("NOOP", "250 2.0.0")]
    [InlineData("NO\0OP", "500 5.5.2")]
    public async Task A_command_gets_the_reply_of_its_law(string line, string reply)
    {
        await using var server = SmtpTestServer.Start();
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        Assert.StartsWith(reply, await client.AskAsync(line));
    }

    [Theory]
    [InlineData("RCPT TO:<>", "501 5.1.3")]
    [InlineData("RCPT TO:<a>", "501 5.1.3")]
    [InlineData("RCPT TO:<postmaster>", "250 2.1.5")]
    [InlineData("RCPT TO:<a@example.com> NOTIFY=NEVER,SUCCESS", "501 5.5.4")]
    [InlineData("RCPT TO:<a@example.com> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a@example.com", "250 2.1.5")]
    [InlineData("RCPT TO:<a@example.com> SIZE=1", "555 5.5.4")]
    public async Task A_recipient_gets_the_reply_of_its_law(string line, string reply)
    {
        await using var server = SmtpTestServer.Start();
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        await client.AskAsync(Mail);
        Assert.StartsWith(reply, await client.AskAsync(line));
    }

    [Fact]
    public async Task A_bare_line_feed_ends_a_command_but_not_without_being_told()
    {
        await using var server = SmtpTestServer.Start();
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        await client.SendAsync("NOOP\n");
        Assert.StartsWith("500 5.5.2", await client.ReadAsync());
    }

    [Fact]
    public async Task A_line_without_end_is_refused_once_it_ends()
    {
        await using var server = SmtpTestServer.Start();
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        await client.SendAsync("NOOP " + new string('x', 200_000) + "\r\nNOOP\r\n");
        Assert.Equal("500 5.5.2 Error: line too long", await client.ReadAsync());
        Assert.StartsWith("250", await client.ReadAsync());
    }

    [Fact]
    public async Task Without_extensions_the_server_speaks_plain_RFC_5321()
    {
        await using var server = SmtpTestServer.Start(SmtpTestServerOptions.WithoutExtensions());
        await using Dialogue client = await Dialogue.ConnectAsync(server);
        await client.ReadAsync();
        Assert.Equal("250 smtp.test", await client.AskAsync("EHLO client.test"));
        Assert.Equal("250 Ok", await client.AskAsync("RSET"));
        Assert.Equal("555 555 555 555", await client.CodesAsync(Mail + " SIZE=1", Mail + " BODY=7BIT", Mail + " SMTPUTF8", Mail + " RET=FULL"));
        Assert.Equal("502 502", await client.CodesAsync("STARTTLS", "AUTH PLAIN"));
    }

    [Fact]
    public async Task Every_capability_is_offered_by_its_own_line()
    {
        await using var server = SmtpTestServer.Start(o =>
        {
            o.StartTls = true;
            o.AuthMechanisms = ["PLAIN", "X-NEW"];
            o.SizeLimit = 1000;
            o.FurtherCapabilities = ["XFORWARD NAME"];
            o.HostName = "relay.example";
        });
        await using Dialogue client = await Dialogue.ConnectAsync(server);
        Assert.Equal("220 relay.example ESMTP", await client.ReadAsync());
        Assert.Equal(
            "250-relay.example\n250-PIPELINING\n250-SIZE 1000\n250-STARTTLS\n250-AUTH PLAIN X-NEW\n250-ENHANCEDSTATUSCODES\n"
            + "250-8BITMIME\n250-DSN\n250-SMTPUTF8\n250-CHUNKING\n250 XFORWARD NAME",
            await client.AskAsync("EHLO client.test"));
    }

    [Fact]
    public async Task A_capability_switched_off_while_running_is_gone_from_the_next_EHLO()
    {
        await using var server = SmtpTestServer.Start();
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        server.Options.Chunking = false;
        Assert.DoesNotContain("CHUNKING", await client.AskAsync("EHLO client.test"));
        Assert.Equal("502", await client.CodesAsync("BDAT 0 LAST"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Content_beyond_the_size_limit_is_refused_and_the_next_message_accepted(bool keep)
    {
        await using var server = SmtpTestServer.Start(o => (o.SizeLimit, o.KeepMessages) = (10, keep));
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        await client.CodesAsync(Mail, Rcpt, "DATA");

        // Ten octets once the stuffed dot is gone, then eleven.
        Assert.Equal("250", await client.CodesAsync("..2345678\r\n."));
        await client.CodesAsync(Mail, Rcpt, "DATA");
        Assert.Equal("552", await client.CodesAsync("..23456789\r\n."));
        Assert.Equal("250 250", await client.CodesAsync(Mail, Rcpt));
        await client.SendAsync("BDAT 11 LAST\r\n12345678901");
        Assert.StartsWith("552", await client.ReadAsync());
        Assert.Equal(1, server.MessagesAccepted);
        Assert.Equal(keep ? 1 : 0, server.Messages.Count);
    }

    [Fact]
    public async Task A_group_is_answered_in_order_and_in_one_write()
    {
        await using var server = SmtpTestServer.Start();
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        string[] replies = await client.AskGroupAsync(Mail, Rcpt, "RCPT TO:<>", "RCPT TO:<two@example.com>", "DATA");
        Assert.Equal(["250 2.1.0 Ok", "250 2.1.5 Ok", "501 5.1.3 Bad address syntax", "250 2.1.5 Ok", "354 End data with <CR><LF>.<CR><LF>"], replies);

        // Content first in a group, the next envelope behind it (RFC 2920 §3.1).
        await client.SendAsync($"x\r\n.\r\n{Mail}\r\n{Rcpt}\r\nDATA\r\n");
        Assert.Equal("250 250 250 354", string.Join(' ', (await client.ReadManyAsync(4)).Select(r => r[..3])));
        Assert.Equal(["one@example.com", "two@example.com"], server.Messages[0].Recipients);
    }

    [Fact]
    public async Task Early_input_is_an_error_where_the_test_wants_it()
    {
        await using var server = SmtpTestServer.Start(o => (o.RefuseEarlyInput, o.Pipelining) = (true, false));
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        Assert.StartsWith("250", await client.AskAsync(Mail));
        await client.SendAsync($"{Rcpt}\r\nDATA\r\n");
        Assert.Equal("554 5.5.0 Error: improper command pipelining\r\n", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task With_PIPELINING_only_what_ends_a_group_must_be_last()
    {
        await using var server = SmtpTestServer.Start(o => o.RefuseEarlyInput = true);
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        await client.SendAsync($"{Mail}\r\n{Rcpt}\r\nDATA\r\nSubject: too early\r\n");
        string all = await client.ReadToEndAsync();
        Assert.Equal("250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n554 5.5.0 Error: improper command pipelining\r\n", all);
    }

    [Fact]
    public async Task DATA_without_a_valid_recipient_is_refused()
    {
        await using var server = SmtpTestServer.Start();
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        Assert.Equal("554 5.5.1 Error: no valid recipients", (await client.AskGroupAsync(Mail, "RCPT TO:<>", "DATA"))[2]);
        Assert.Equal("250 250", await client.CodesAsync("RSET", Mail));
    }

    [Fact]
    public async Task A_server_that_says_354_without_recipients_refuses_the_lone_dot()
    {
        await using var server = SmtpTestServer.Start(o => o.AcceptDataWithoutRecipients = true);
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        Assert.Equal("250 501 354", await client.CodesAsync(Mail, "RCPT TO:<>", "DATA"));
        Assert.Equal("554 5.5.1 Error: no valid recipients", await client.AskAsync("."));
        Assert.Equal(0, server.MessagesAccepted);
    }

    [Fact]
    public async Task The_log_is_the_conversation_without_the_content()
    {
        await using var server = SmtpTestServer.Start(SmtpTestServerOptions.WithoutExtensions());
        await using (Dialogue client = await Dialogue.GreetedAsync(server))
        {
            await client.CodesAsync(Mail, Rcpt, "DATA");
            await client.SendAsync("secret\r\n.\r\nQUIT\r\n");
            await client.ReadToEndAsync();
        }

        await server.WaitForIdleAsync();
        Assert.Equal(
            [
                "S: 220 smtp.test ESMTP", "C: EHLO client.test", "S: 250 smtp.test", "C: " + Mail, "S: 250 Ok", "C: " + Rcpt, "S: 250 Ok",
                "C: DATA", "S: 354 End data with <CR><LF>.<CR><LF>", "C: (8 octets)", "S: 250 Ok: queued", "C: QUIT", "S: 221 Bye", "S: (FIN)",
            ],
            server.Connections[0].Log);
    }

    [Fact]
    public async Task A_large_message_is_kept_whole()
    {
        await using var server = SmtpTestServer.Start();
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        string content = string.Concat(Enumerable.Range(0, 40_000).Select(i => $"line {i} of a message that fills many buffers\r\n"));
        await client.CodesAsync(Mail, Rcpt, "DATA");
        Assert.Equal("250", await client.CodesAsync(content + "."));
        Assert.Equal(content, server.Messages[0].Text);
        await client.CodesAsync(Mail, Rcpt);
        await client.SendAsync($"BDAT {Encoding.UTF8.GetByteCount(content)} LAST\r\n{content}");
        Assert.StartsWith("250", await client.ReadAsync());
        Assert.Equal(content, server.Messages[1].Text);
    }
}
