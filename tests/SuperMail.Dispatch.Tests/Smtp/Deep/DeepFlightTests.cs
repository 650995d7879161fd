using System.Net;
using System.Net.Sockets;
using System.Text;
using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Tests.Smtp.Deep.DeepBed;

namespace SuperMail.Dispatch.Tests.Smtp.Deep;

/// <summary>What a deep flight holds, and when it leaves.</summary>
public sealed class DeepFlightTests
{
    private const string Content = "Subject: test\r\n\r\nHello\r\n";
    private const string Reset = "250 2.0.0 reset\r\n";
    private const string Mail = "250 2.1.0 sender\r\n";
    private const string Rcpt = "250 2.1.5 recipient\r\n";
    private const string Queued = "250 2.0.0 queued\r\n";
    private const string Message = Reset + Mail + Rcpt + Queued;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Forty_messages_arrive_once_and_in_order_on_one_connection(bool enhanced)
    {
        await using var bed = SmtpBed.Start(WireMode.Deep, options => options.EnhancedStatusCodes = enhanced);
        var mails = Many(40);
        Assert.Null(await bed.SendAsync(mails));
        Assert.All(mails, mail => Assert.Equal(VerdictKind.Sent, mail.Kind));
        Assert.Equal(mails.Select(mail => mail.To), bed.Server.Messages.Select(m => m.Recipients.Single()));
        Assert.Equal("QUIT", (await bed.LinesAsync())[^1]);
        Assert.Equal(1, bed.Server.TotalConnections);
    }

    [Fact]
    public async Task A_flight_holds_as_many_whole_messages_as_the_depth_and_RSET_behind_each()
    {
        // Each flight is read whole before any of it is answered: a client that waited for a reply would hang.
        await using var relay = await RawRelay.OpenAsync(depth: 3, Many(7));
        await relay.AnswerAsync(Probe + Envelope(0), "250 2.1.0 a\r\n501 5.1.3 b\r\n554 5.5.1 c\r\n250 2.0.0 d\r\n" + Mail + Rcpt);
        await relay.AnswerAsync(First + Whole(1) + Whole(2), Queued + Message + Message + Reset);
        await relay.AnswerAsync(Whole(3) + Whole(4) + Whole(5), Mail + Rcpt + Queued + Message + Message + Reset);
        await relay.AnswerAsync(Whole(6), Mail + Rcpt + Queued + Reset);
        await relay.AnswerAsync("QUIT\r\n", "221 bye\r\n");
        Assert.Null(await relay.Sending);
        Assert.All(relay.Mails, mail => Assert.Equal(VerdictKind.Sent, mail.Kind));
    }

    [Fact]
    public async Task The_next_flight_leaves_when_half_of_the_last_is_answered_and_is_certain()
    {
        await using var relay = await RawRelay.OpenAsync(depth: 4, Many(8));
        await relay.AnswerAsync(Probe + Envelope(0), "250 2.1.0 a\r\n501 5.1.3 b\r\n554 5.5.1 c\r\n250 2.0.0 d\r\n" + Mail + Rcpt);
        await relay.AnswerAsync(First + Whole(1) + Whole(2) + Whole(3), Queued + Message + Message);
        await relay.AnswerAsync(Whole(4) + Whole(5), Message + Message);
        await relay.AnswerAsync(Whole(6) + Whole(7), Message + Message + Message + Reset);
        await relay.AnswerAsync("QUIT\r\n", "221 bye\r\n");
        Assert.Null(await relay.Sending);
        Assert.All(relay.Mails, mail => Assert.Equal(VerdictKind.Sent, mail.Kind));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_relay_that_flushes_in_the_middle_of_an_answer_is_not_waited_for()
    {
        await using var relay = await RawRelay.OpenAsync(depth: 4, Many(8));
        await relay.AnswerAsync(Probe + Envelope(0), "250 2.1.0 a\r\n501 5.1.3 b\r\n554 5.5.1 c\r\n250 2.0.0 d\r\n" + Mail + Rcpt);
        await relay.AnswerAsync(First + Whole(1) + Whole(2) + Whole(3), Queued + Message + Message + Reset + Mail + Rcpt);
        await relay.AnswerAsync(Whole(4) + Whole(5), Queued + Message + Reset + Mail + Rcpt);
        await relay.AnswerAsync(Whole(6) + Whole(7), Queued + Message + Message + Reset);
        await relay.AnswerAsync("QUIT\r\n", "221 bye\r\n");
        Assert.Null(await relay.Sending);
        Assert.All(relay.Mails, mail => Assert.Equal(VerdictKind.Sent, mail.Kind));
    }

    [Fact]
    public async Task Where_replies_do_not_tell_their_commands_a_flight_is_answered_whole_before_the_next()
    {
        await using var relay = await RawRelay.OpenAsync(depth: 4, Many(6));
        const string All = "250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n";
        await relay.AnswerAsync(Probe + Envelope(0), "250 ok\r\n501 no\r\n554 no\r\n250 ok\r\n250 ok\r\n250 ok\r\n");
        await relay.AnswerAsync(First + Whole(1) + Whole(2) + Whole(3), "250 ok\r\n" + All + All + All);

        // All four contents are answered; none is certain before the RSET behind them, so nothing leaves and nothing is reported.
        Assert.All(relay.Mails, mail => Assert.Null(mail.Kind));
        await relay.SayAsync("250 ok\r\n");
        await relay.AnswerAsync(Whole(4) + Whole(5), All + All);
        await relay.AnswerAsync("QUIT\r\n", "221 bye\r\n");
        Assert.Null(await relay.Sending);
        Assert.All(relay.Mails, mail => Assert.Equal(VerdictKind.Sent, mail.Kind));
    }

    [Fact]
    public async Task A_flight_does_not_wait_for_the_next_message()
    {
        await using var bed = SmtpBed.Start(WireMode.Deep);
        var gate = new TaskCompletionSource();
        var mails = Many(5);
        var feed = new TestFeed(mails).Holding(3, gate.Task);
        var sending = bed.SendAsync(feed);
        await bed.Server.WaitForMessagesAsync(3, SmtpBed.Token);
        gate.SetResult();
        Assert.Null(await sending);
        Assert.All(mails, mail => Assert.Equal(VerdictKind.Sent, mail.Kind));
        Assert.Equal(1, bed.Server.TotalConnections);
    }

    [Fact]
    public async Task After_a_silence_the_envelope_goes_ahead_so_that_a_relay_that_left_meanwhile_leaves_nothing_in_doubt()
    {
        await using var bed = SmtpBed.Start(WireMode.Deep);
        await using var session = await bed.Transport.OpenAsync(SmtpBed.Token);
        bed.Server.On(SmtpVerb.Mail, SmtpAction.Close, c => c.MessagesAccepted == 2);
        await session.SendAsync(new TestFeed(Many(2)), SmtpBed.Token);
        var mails = Many(4);
        var feed = new TestFeed(mails);
        await session.SendAsync(feed, SmtpBed.Token);
        Assert.Equal((1, Verdict.NotSent), (feed.Pulled, mails[0].Verdict!));
        Assert.Equal(2, bed.Server.MessagesAccepted);
    }

    [Fact]
    public async Task A_further_turn_goes_deep_without_another_probe()
    {
        await using var bed = SmtpBed.Start(WireMode.Deep);
        await using (var session = await bed.Transport.OpenAsync(SmtpBed.Token))
        {
            await session.SendAsync(new TestFeed(Many(2)), SmtpBed.Token);
            await session.SendAsync(new TestFeed(Many(3)), SmtpBed.Token);
        }

        Assert.Equal((5, 1), (bed.Server.MessagesAccepted, (await bed.LinesAsync()).Count(static line => line == "RCPT TO:<>")));
    }

    [Fact]
    public async Task A_flight_holds_at_most_a_mebibyte_of_content()
    {
        await using var bed = SmtpBed.Start(WireMode.Deep);
        bed.Server.On(SmtpVerb.EndOfData, SmtpAction.Close, c => c.Occurrence == 2);
        TestMail[] mails = [.. Enumerable.Range(0, 20).Select(static i => new TestMail($"r{i}@example.net", (Filled(300 * 1024), false)))];
        Assert.NotNull(await bed.SendAsync(mails));
        Assert.Equal(3, mails.Count(static m => m.Kind == VerdictKind.InDoubt));
    }

    [Fact]
    public async Task The_envelope_of_content_that_fills_a_flight_goes_ahead_and_in_vain_costs_nothing()
    {
        await using var bed = SmtpBed.Start(WireMode.Deep);
        bed.Server.On(SmtpVerb.Rcpt, "550 5.1.1 nobody", c => c.Argument.Contains("nobody@", StringComparison.Ordinal));
        TestMail[] mails = [new("a@example.net"), Large("b"), Large("nobody"), new("c@example.net"), Large("d"), Large("e")];
        Assert.Null(await bed.SendAsync(mails));
        Assert.Equal([true, true, false, true, true, true], mails.Select(static m => m.Kind == VerdictKind.Sent));
        Assert.Equal(VerdictKind.Failed, mails[2].Kind);
        Assert.Equal(5, bed.Server.MessagesAccepted);
        Assert.Equal(5 + 1, bed.Server.CountOf(SmtpVerb.Bdat)); // the probe's among them
        Assert.All(bed.Server.Messages.Where(static m => m.Content.Length > 1000), static m => Assert.True(m.Content.Span.SequenceEqual(Filled(2 * 1024 * 1024))));

        static TestMail Large(string name) => new($"{name}@example.net", (Filled(2 * 1024 * 1024), false));
    }

    [Fact]
    public async Task Sixty_four_messages_with_long_replies_pass()
    {
        await using var bed = SmtpBed.Start(WireMode.Deep);
        bed.Settings.PipelineDepth = 64;
        var reply = $"250 2.0.0 {new string('x', 500)}";
        bed.Server.On(SmtpVerb.EndOfData, reply, c => c.Occurrence > 1);
        bed.Server.On(SmtpVerb.Rset, reply, c => c.Occurrence > 1);
        TestMail[] mails = [.. Enumerable.Range(0, 200).Select(static i => new TestMail($"r{i}@example.net", (Filled(15_000), true)))];
        Assert.Null(await bed.SendAsync(mails));
        Assert.All(mails, mail => Assert.Equal(VerdictKind.Sent, mail.Kind));
        Assert.Equal(200, bed.Server.MessagesAccepted);
    }

    private static string Probe => "MAIL FROM:<sender@example.org>\r\nRCPT TO:<>\r\nBDAT 6 LAST\r\nQUIT\r\nRSET\r\n";

    private static string Bdat => $"BDAT {Content.Length} LAST\r\n{Content}";

    private static string Envelope(int i) => $"MAIL FROM:<sender@example.org>\r\nRCPT TO:<r{i}@example.net>\r\n";

    private static string First => $"{Bdat}RSET\r\n";

    private static string Whole(int i) => $"{Envelope(i)}{Bdat}RSET\r\n";

    private static byte[] Filled(int size) => [.. Enumerable.Repeat("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd\r\n"u8.ToArray(), (size / 64) + 1).SelectMany(static b => b).Take(size)];

    /// <summary>A relay that is played by the test, octet by octet.</summary>
    private sealed class RawRelay : IAsyncDisposable
    {
        private readonly SmtpBed _bed;
        private readonly TcpListener _listener;
        private readonly TcpClient _client;

        private RawRelay(SmtpBed bed, TcpListener listener, TcpClient client, TestMail[] mails, Task<MailTransportException?> sending)
        {
            (_bed, _listener, _client) = (bed, listener, client);
            (Mails, Sending) = (mails, sending);
        }

        public TestMail[] Mails { get; }

        public Task<MailTransportException?> Sending { get; }

        public static async Task<RawRelay> OpenAsync(int depth, TestMail[] mails)
        {
            var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var bed = SmtpBed.Start(WireMode.Deep);
            (bed.Settings.Port, bed.Settings.PipelineDepth) = (((IPEndPoint)listener.LocalEndpoint).Port, depth);
            var sending = bed.SendAsync(mails);
            var relay = new RawRelay(bed, listener, await listener.AcceptTcpClientAsync(SmtpBed.Token), mails, sending);
            await relay.SayAsync("220 hello\r\n");
            await relay.AnswerAsync("EHLO client.example.org\r\n", "250-hello\r\n250-PIPELINING\r\n250 CHUNKING\r\n");
            return relay;
        }

        public async Task AnswerAsync(string expected, string reply)
        {
            var bytes = new byte[expected.Length];
            await _client.GetStream().ReadExactlyAsync(bytes, SmtpBed.Token);
            Assert.Equal(expected, Encoding.ASCII.GetString(bytes));
            await SayAsync(reply);
        }

        public async Task SayAsync(string reply) => await _client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(reply), SmtpBed.Token);

        public async ValueTask DisposeAsync()
        {
            _client.Dispose();
            _listener.Dispose();
            await _bed.DisposeAsync();
        }
    }
}
