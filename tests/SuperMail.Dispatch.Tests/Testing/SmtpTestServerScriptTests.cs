using System.Net.Sockets;
using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Testing;

public sealed class SmtpTestServerScriptTests
{
    private const string Mail = "MAIL FROM:<sender@example.com>";
    private const string Rcpt = "RCPT TO:<one@example.com>";

    [Fact]
    public async Task A_refused_recipient_gets_its_own_reply()
    {
        await using var server = SmtpTestServer.Start();
        server.On(SmtpVerb.Rcpt, when: c => c.Argument.Contains("bad@"), reply: "550 5.1.1 no such user");
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        string[] replies = await client.AskGroupAsync(Mail, "RCPT TO:<bad@example.com>", Rcpt, "DATA", ".");
        Assert.Equal("550 5.1.1 no such user", replies[1]);
        Assert.Equal(["one@example.com"], server.Messages[0].Recipients);
    }

    [Fact]
    public async Task Rules_are_tried_in_order_and_used_up()
    {
        await using var server = SmtpTestServer.Start();
        SmtpRule once = server.On(SmtpVerb.Noop, "450 first", times: 1);
        SmtpRule twice = server.On(SmtpVerb.Noop, "450 second", times: 2);
        SmtpRule always = server.On(SmtpVerb.Noop, "450-third\n450 of two lines");
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        Assert.Equal(
            ["450 first", "450 second", "450 second", "450-third\n450 of two lines", "450-third\n450 of two lines"],
            await client.AskGroupAsync("NOOP", "NOOP", "NOOP", "NOOP", "NOOP"));
        always.Remove();
        Assert.Equal("250 2.0.0 Ok", await client.AskAsync("NOOP"));
        Assert.Equal((1, 2, 2), (once.Hits, twice.Hits, always.Hits));
        Assert.Equal(0, once.RemainingUses);
    }

    [Fact]
    public async Task A_predicate_sees_where_the_command_stands()
    {
        await using var server = SmtpTestServer.Start();
        var seen = new List<ReceivedCommand>();
        server.On(SmtpVerb.EndOfData, SmtpAction.Default, when: c =>
        {
            seen.Add(c);
            return false;
        });
        for (int i = 0; i < 2; i++)
        {
            await using Dialogue client = await Dialogue.GreetedAsync(server);
            await client.AskGroupAsync(Mail, Rcpt, "DATA", "x\r\n.", Mail, Rcpt, "BDAT 0 LAST", "QUIT");
        }

        Assert.Equal([(1, 1, 1L, 0), (1, 2, 2L, 1), (2, 1, 3L, 0), (2, 2, 4L, 1)],
            seen.Select(c => (c.Connection, c.Occurrence, c.OccurrenceOnServer, c.MessagesAccepted)));
        Assert.Equal([3L, 0, 3, 0], seen.Select(c => c.ContentLength));
        Assert.All(seen, c => Assert.Equal(("sender@example.com", "one@example.com"), (c.From, c.Recipients.Single())));
    }

    [Fact]
    public async Task A_reply_may_be_garbage_cut_or_one_too_many()
    {
        await using var server = SmtpTestServer.Start();
        server.On(SmtpVerb.Noop, SmtpAction.Raw("%&\0\r\n"), times: 1);
        server.On(SmtpVerb.Noop, SmtpAction.Raw("250 one\r\n250 surplus\r\n"), times: 1);
        server.On(SmtpVerb.Noop, SmtpAction.Raw("250 cu").ThenClose());
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        Assert.Equal(["%&\0", "250 one", "250 surplus"], await ReadThreeAsync());
        await client.SendAsync("NOOP\r\n");
        Assert.Equal("250 cu", await client.ReadToEndAsync());

        async Task<string[]> ReadThreeAsync()
        {
            await client.SendAsync("NOOP\r\nNOOP\r\n");
            return await client.ReadManyAsync(3);
        }
    }

    [Fact]
    public async Task A_reply_waits_for_its_signal_and_earlier_ones_do_not()
    {
        await using var server = SmtpTestServer.Start();
        var signal = new TaskCompletionSource();
        server.On(SmtpVerb.Rcpt, SmtpAction.Default.After(signal.Task));
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        await client.SendAsync($"{Mail}\r\n{Rcpt}\r\nNOOP\r\n");
        Assert.Equal("250 2.1.0 Ok", await client.ReadAsync());
        await server.WaitForCommandAsync(SmtpVerb.Rcpt);
        Assert.Equal(0, server.CountOf(SmtpVerb.Noop));
        signal.SetResult();
        Assert.Equal("250 2.1.5 Ok", await client.ReadAsync());
        Assert.Equal("250 2.0.0 Ok", await client.ReadAsync());
    }

    [Fact]
    public async Task A_delay_passes_by_the_given_clock()
    {
        var clock = new FakeClock();
        await using var server = SmtpTestServer.Start(o => o.TimeProvider = clock);
        server.On(SmtpVerb.Connect, SmtpAction.Default.After(TimeSpan.FromMinutes(4)));
        await using Dialogue client = await Dialogue.ConnectAsync(server);
        await clock.WaitForTimerDueInAsync(TimeSpan.FromMinutes(4));
        clock.Advance(TimeSpan.FromMinutes(4));
        Assert.StartsWith("220", await client.ReadAsync());
    }

    [Fact]
    public async Task A_client_that_leaves_during_a_delay_no_longer_counts()
    {
        await using var server = SmtpTestServer.Start();
        server.On(SmtpVerb.Noop, SmtpAction.Default.After(new TaskCompletionSource().Task));
        await using (Dialogue client = await Dialogue.GreetedAsync(server))
        {
            await client.SendAsync("NOOP\r\n");
            await server.WaitForCommandAsync(SmtpVerb.Noop);
        }

        await server.WaitForIdleAsync();
        Assert.Equal(0, server.OpenConnections);
    }

    [Fact]
    public async Task A_close_at_the_end_of_data_loses_the_message_unless_it_was_accepted()
    {
        await using var server = SmtpTestServer.Start();
        server.On(SmtpVerb.EndOfData, SmtpAction.Close, when: c => c.Connection == 1);
        server.On(SmtpVerb.EndOfData, SmtpAction.Close.Accepting(), when: c => c.Connection == 2);
        for (int i = 0; i < 2; i++)
        {
            await using Dialogue client = await Dialogue.GreetedAsync(server);
            await client.CodesAsync(Mail, Rcpt, "DATA");
            await client.SendAsync(".\r\n");
            Assert.Equal("", await client.ReadToEndAsync());
        }

        Assert.Equal([0, 1], server.MessagesPerConnection);
    }

    [Fact]
    public async Task A_reset_is_a_reset()
    {
        await using var server = SmtpTestServer.Start();
        server.On(SmtpVerb.Mail, SmtpAction.Reset);
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        await client.SendAsync(Mail + "\r\n");
        var fault = await Assert.ThrowsAsync<IOException>(client.ReadToEndAsync);
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(fault.InnerException).SocketErrorCode);
    }

    [Fact]
    public async Task Content_can_be_cut_in_the_middle()
    {
        await using var server = SmtpTestServer.Start();
        server.On(SmtpVerb.Content, SmtpAction.Reply("421 4.3.2 going down"), when: c => c.ContentLength > 100);
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        await client.CodesAsync(Mail, Rcpt, "DATA");
        await client.SendAsync(new string('x', 50));
        await client.SendAsync(new string('y', 100));
        Assert.Equal("421 4.3.2 going down\r\n", await client.ReadToEndAsync());
        Assert.Equal(0, server.OpenConnections);
        Assert.Equal(0, server.MessagesAccepted);
    }

    [Fact]
    public async Task A_server_that_hangs_reads_on_and_notices_the_end()
    {
        await using var server = SmtpTestServer.Start();
        server.On(SmtpVerb.Data, SmtpAction.Hang);
        await using (Dialogue client = await Dialogue.GreetedAsync(server))
        {
            await client.CodesAsync(Mail, Rcpt);
            await client.SendAsync("DATA\r\n" + new string('x', 1_000_000));
            Assert.Equal(1, server.OpenConnections);
        }

        await server.WaitForIdleAsync();
    }

    [Fact]
    public async Task A_swallowed_reply_leaves_the_effect()
    {
        await using var server = SmtpTestServer.Start();
        server.On(SmtpVerb.EndOfData, SmtpAction.Swallow);
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        await client.CodesAsync(Mail, Rcpt, "DATA");
        await client.SendAsync(".\r\nNOOP\r\n");
        Assert.Equal("250 2.0.0 Ok", await client.ReadAsync());
        Assert.Equal(1, server.MessagesAccepted);
    }

    [Fact]
    public async Task A_scripted_354_takes_content_in_any_state()
    {
        await using var server = SmtpTestServer.Start();
        server.On(SmtpVerb.Data, "354 go on");
        server.On(SmtpVerb.Mail, "550 5.7.1 not you");
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        Assert.Equal("550 503 354 554 250", await client.CodesAsync(Mail, Rcpt, "DATA", "text\r\n.", "NOOP"));
    }

    [Fact]
    public async Task A_scripted_421_closes_unless_told_otherwise()
    {
        await using var server = SmtpTestServer.Start();
        server.On(SmtpVerb.Noop, SmtpAction.Reply("421 4.3.2 stay").ThenContinue(), times: 1);
        server.On(SmtpVerb.Noop, "421 4.3.2 go");
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        Assert.Equal("421 4.3.2 stay", await client.AskAsync("NOOP"));
        await client.SendAsync("NOOP\r\nNOOP\r\n");
        Assert.Equal("421 4.3.2 go\r\n", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Dribbled_replies_read_the_same()
    {
        await using var server = SmtpTestServer.Start(o => o.DribbleReplies = true);
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        Assert.Equal("250 250 354 250 221", await client.CodesAsync(Mail, Rcpt, "DATA", "x\r\n.", "QUIT"));
    }

    [Fact]
    public async Task Too_many_errors_end_in_421_as_with_Postfix()
    {
        await using var server = SmtpTestServer.Start(o => o.ErrorLimit = 3);
        await using Dialogue client = await Dialogue.GreetedAsync(server);

        // An accepted message pays for the errors before it.
        await client.AskGroupAsync("X", "X", Mail, Rcpt, "DATA", ".", "X", "X");
        await client.SendAsync("X\r\nNOOP\r\n");
        Assert.Equal("500 5.5.2 Error: command not recognized\r\n421 4.7.0 Error: too many errors\r\n", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task After_its_last_message_the_server_closes_without_a_word()
    {
        await using var server = SmtpTestServer.Start(o => o.MessageLimit = 2);
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        await client.AskGroupAsync(Mail, Rcpt, "DATA", ".", Mail, Rcpt);
        await client.SendAsync("BDAT 0 LAST\r\nNOOP\r\n");
        Assert.Equal("250 2.0.0 Ok: queued\r\n", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task After_its_last_message_the_server_may_refuse_the_next_sender()
    {
        await using var server = SmtpTestServer.Start(o => (o.MessageLimit, o.MessageLimitReply) = (1, "421 4.7.0 enough"));
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        await client.AskGroupAsync(Mail, Rcpt, "DATA", ".");
        await client.SendAsync(Mail + "\r\n");
        Assert.Equal("421 4.7.0 enough\r\n", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task A_fault_in_a_predicate_surfaces()
    {
        var server = SmtpTestServer.Start();
        server.On(SmtpVerb.Noop, "250 never", when: _ => throw new InvalidOperationException("predicate"));
        await using (Dialogue client = await Dialogue.GreetedAsync(server))
        {
            await client.SendAsync("NOOP\r\n");
            await server.WaitForIdleAsync();
        }

        Assert.Equal("predicate", Assert.Single(server.Faults).Message);
        var thrown = await Assert.ThrowsAsync<AggregateException>(async () => await server.DisposeAsync());
        Assert.Equal("predicate", Assert.Single(thrown.InnerExceptions).Message);
    }

    [Fact]
    public async Task A_surplus_reply_comes_behind_the_right_one()
    {
        await using var server = SmtpTestServer.Start();
        server.On(SmtpVerb.Noop, SmtpAction.Default.ThenSurplus("250 2.0.0 surplus\r\n"));
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        Assert.Equal("250 2.0.0 Ok", await client.AskAsync("NOOP"));
        Assert.Equal("250 2.0.0 surplus", await client.ReadAsync());
    }

    [Fact]
    public async Task A_wait_inside_content_that_fills_the_buffer_loses_nothing()
    {
        await using var server = SmtpTestServer.Start();
        var go = new TaskCompletionSource();
        var rule = server.On(SmtpVerb.Content, SmtpAction.Default.After(go.Task), times: 1);
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        await client.AskGroupAsync(Mail, Rcpt);
        string content = string.Concat(Enumerable.Repeat("0123456789\r\n", 50_000));
        Task sending = client.SendAsync($"BDAT {content.Length} LAST\r\n{content}");
        await rule.WaitForHitsAsync();
        go.SetResult();
        await sending;
        Assert.Equal("250 2.0.0 Ok: queued", await client.ReadAsync());
        Assert.Equal(content, server.Messages.Single().Text);
    }

    [Fact]
    public async Task A_connection_that_stalls_ends_when_connections_are_reset()
    {
        await using var server = SmtpTestServer.Start();
        var rule = server.On(SmtpVerb.Noop, SmtpAction.Stall);
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        await client.SendAsync("NOOP\r\n");
        await rule.WaitForHitsAsync();
        server.ResetConnections();
        await server.WaitForIdleAsync();
        Assert.Equal(0, server.OpenConnections);
    }
}
