using SuperMail.Dispatch.Testing;
using SuperMail.Dispatch.Tests.Dispatching;
using Xunit;

namespace SuperMail.Dispatch.Tests.Smtp.Deep;

/// <summary>Relays on which deep flights would do harm, and what the probe finds out about them.</summary>
public sealed class DeepProbeTests
{
    // Read as commands, these would send a mail to somebody else.
    private const string Smuggled =
        "Subject: smuggled\r\n\r\nRSET\r\nMAIL FROM:<evil@example.org>\r\nRCPT TO:<victim@example.net>\r\nDATA\r\nSubject: harm\r\n\r\nharm\r\n.\r\nQUIT\r\n";

    private static readonly TimeSpan s_short = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_long = TimeSpan.FromHours(1);

    /// <summary>What a relay may be like that must not get a deep flight.</summary>
    public enum Unfit
    {
        ReadsChunksAsCommands,
        TarpitsAfterAnError,
        FlushesItsInputOnAnError,
        ClosesOnTheProbe,
        ResetsOnTheProbe,
        AcceptsTheChunk,
        SaysGoodbyeToTheChunk,
        RefusesForNowOnly,
        AcceptsTheNullRecipient,
        RefusesTheSender,
        RefusesToReset,
        AnswersResetInAnotherWay,
        SpeaksGarbage,
        LeavesOneReplyOut,
    }

    public static TheoryData<Unfit> Relays => [.. Enum.GetValues<Unfit>()];

    [Theory]
    [MemberData(nameof(Relays))]
    public async Task An_unfit_relay_gets_every_message_once_in_Standard_over_a_new_connection(Unfit kind)
    {
        var clock = new FakeClock();
        await using var bed = SmtpBed.Start(WireMode.Deep, options => options.TimeProvider = clock, clock);
        Make(bed.Server, kind);
        bed.Settings.Timeouts = new SmtpTimeouts { Connect = s_long, Greeting = s_long, Hello = s_long, Envelope = s_short, EndOfData = s_long };
        TestMail[] mails = [.. Enumerable.Range(0, 20).Select(static i => new TestMail($"r{i}@example.net", Smuggled))];
        var sending = bed.SendAsync(mails);
        if (kind is Unfit.TarpitsAfterAnError or Unfit.FlushesItsInputOnAnError or Unfit.LeavesOneReplyOut)
        {
            await TimeOutAsync(bed, clock);
        }

        Assert.Null(await sending);
        Assert.All(mails, mail => Assert.Equal(VerdictKind.Sent, mail.Kind));
        Assert.Equal(mails.Select(mail => mail.To), bed.Server.Messages.Select(m => m.Recipients.Single()));
        Assert.All(bed.Server.Messages, m => Assert.Equal((Smuggled, 2), (m.Text, m.Connection)));
        Assert.Equal(2, bed.Server.TotalConnections);
        var warning = Assert.Single(bed.Log.Entries, e => e.Id == 2004);
        Assert.Contains("Deep pipelining", warning.Text, StringComparison.Ordinal);
        await AssertNoContentWasACommandAsync(bed);
    }

    [Fact]
    public async Task An_unfit_relay_is_told_Standard_at_once_for_an_hour_and_probed_again_afterwards()
    {
        var clock = new FakeClock();
        await using var bed = SmtpBed.Start(WireMode.Deep, options => options.ReadRefusedChunksAsCommands = true, clock);
        await bed.SendAsync(SmtpBed.Mails("a"));
        Assert.Equal((1, 2), (Probes(bed), bed.Server.TotalConnections));
        await bed.SendAsync(SmtpBed.Mails("b"));
        clock.Advance(TimeSpan.FromMinutes(59));
        await bed.SendAsync(SmtpBed.Mails("c"));
        Assert.Equal((1, 4), (Probes(bed), bed.Server.TotalConnections));
        bed.Server.Options.ReadRefusedChunksAsCommands = false;
        clock.Advance(TimeSpan.FromMinutes(2));
        await bed.SendAsync(SmtpBed.Mails("d"));
        Assert.Equal((2, 5), (Probes(bed), bed.Server.TotalConnections));
        Assert.Single(bed.Log.Entries, e => e.Id == 2004);
        Assert.Equal(4, bed.Server.MessagesAccepted);
    }

    [Fact]
    public async Task Another_server_behind_the_same_address_is_probed_for_itself()
    {
        await using var bed = SmtpBed.Start(WireMode.Deep, options => (options.ReadRefusedChunksAsCommands, options.Greeting) = (true, "one.test ESMTP 12:34:56"));
        await bed.SendAsync(SmtpBed.Mails("a"));

        // A time in the greeting does not make it another server.
        bed.Server.Options.Greeting = "one.test ESMTP 12:35:07";
        await bed.SendAsync(SmtpBed.Mails("b"));
        Assert.Equal(1, Probes(bed));
        (bed.Server.Options.ReadRefusedChunksAsCommands, bed.Server.Options.Greeting) = (false, "two.test ESMTP 12:36:00");
        await bed.SendAsync(SmtpBed.Mails("c"));
        Assert.Equal((2, 4, 3), (Probes(bed), bed.Server.TotalConnections, bed.Server.MessagesAccepted));
    }

    [Fact]
    public async Task A_server_that_greets_otherwise_each_time_is_not_probed_for_ever()
    {
        await using var bed = SmtpBed.Start(WireMode.Deep, options => options.ReadRefusedChunksAsCommands = true);
        for (var i = 0; i < 40; i++)
        {
            bed.Server.Options.Greeting = $"node{i}.test ESMTP";
            await bed.SendAsync(SmtpBed.Mails($"r{i}"));
        }

        Assert.InRange(Probes(bed), 20, 35);
        Assert.Equal(40, bed.Server.MessagesAccepted);
    }

    [Fact]
    public async Task The_probe_leaves_with_the_first_envelope_and_no_content_before_its_replies()
    {
        await using var bed = SmtpBed.Start(WireMode.Deep);
        var hold = new TaskCompletionSource();
        bed.Server.On(SmtpVerb.Mail, SmtpAction.Default.After(hold.Task), times: 1);
        var sending = bed.SendAsync(SmtpBed.Mails("a", "b", "c"));
        await bed.Server.WaitForCommandAsync(SmtpVerb.Mail, 1, SmtpBed.Token);
        hold.SetResult();
        Assert.Null(await sending);
        string[] expected =
        [
            "EHLO client.example.org",
            "MAIL FROM:<sender@example.org>", "RCPT TO:<>", "BDAT 6 LAST", "(0 octets)", "RSET", "MAIL FROM:<sender@example.org>", "RCPT TO:<a@example.net>",
            "BDAT 24 LAST", "(24 octets)",
            "RSET", "MAIL FROM:<sender@example.org>", "RCPT TO:<b@example.net>", "BDAT 24 LAST", "(24 octets)",
            "RSET", "MAIL FROM:<sender@example.org>", "RCPT TO:<c@example.net>", "BDAT 24 LAST", "(24 octets)",
            "RSET", "QUIT",
        ];
        Assert.Equal(expected, await bed.LinesAsync());
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Without_PIPELINING_or_CHUNKING_there_is_no_probe(bool pipelining, bool chunking)
    {
        await using var bed = SmtpBed.Start(WireMode.Deep, options => (options.Pipelining, options.Chunking) = (pipelining, chunking));
        var mails = SmtpBed.Mails("a", "b");
        Assert.Null(await bed.SendAsync(mails));
        Assert.All(mails, mail => Assert.Equal(VerdictKind.Sent, mail.Kind));
        Assert.Equal((0, 0), (Probes(bed), bed.Server.Errors));
    }

    [Fact]
    public async Task A_failed_probe_is_no_fault_the_mailing_neither_waits_nor_is_charged()
    {
        // The clock stands still: any back-off would last for ever.
        var clock = new FakeClock();
        await using var server = SmtpTestServer.Start(options => options.ReadRefusedChunksAsCommands = true);
        await using var tested = new DispatcherUnderTest(s => (s.Email.Pipelining, s.Email.MaxEmailsPerConnection, s.Email.SmtpThreads) = (SmtpPipelining.Deep, 20, 2), server: server, time: clock);
        var report = await tested.Dispatcher.SendAsync(DispatcherUnderTest.Mailing(60), cancellationToken: DispatcherUnderTest.Token);
        Assert.Equal((60, 60), (report.Counts.Sent, server.MessagesAccepted));
    }

    [Fact]
    public async Task When_no_other_connection_is_to_be_had_the_message_goes_back()
    {
        await using var bed = SmtpBed.Start(WireMode.Deep, options => options.ReadRefusedChunksAsCommands = true);
        bed.Server.On(SmtpVerb.Connect, "450 4.3.0 not now", c => c.Connection == 2);
        var mails = SmtpBed.Mails("a", "b");
        var feed = new TestFeed(mails);
        Assert.Equal(TransportFault.Connection, (await bed.SendAsync(feed))!.Fault);
        Assert.Equal((1, Verdict.NotSent), (feed.Pulled, mails[0].Verdict!));
    }

    /// <summary>Silence has no timer of its own: the time-out of the probe's replies passes, and no other.</summary>
    private static async Task TimeOutAsync(SmtpBed bed, FakeClock clock)
    {
        await bed.Server.WaitForCommandAsync(SmtpVerb.Rcpt, 1, SmtpBed.Token);
        var again = bed.Server.WaitForConnectionsAsync(2, SmtpBed.Token);
        while (await Task.WhenAny(again, clock.WaitForTimerDueWithinAsync(s_short, SmtpBed.Token)) != again)
        {
            clock.Advance(clock.NextDue is { } due && due <= s_short ? due : TimeSpan.Zero);
        }
    }

    private static int Probes(SmtpBed bed) =>
        bed.Server.Connections.Count(static c => c.Log.Contains("C: RCPT TO:<>"));

    private static void Make(SmtpTestServer server, Unfit kind)
    {
        switch (kind)
        {
            case Unfit.ReadsChunksAsCommands:
                server.Options.ReadRefusedChunksAsCommands = true;
                break;
            case Unfit.FlushesItsInputOnAnError:
                server.Options.FlushInputAfterErrors = true;
                break;
            case Unfit.TarpitsAfterAnError:
                server.On(SmtpVerb.Rcpt, SmtpAction.Default.After(TimeSpan.FromMinutes(10)), IsNull);
                break;
            case Unfit.ClosesOnTheProbe:
                server.On(SmtpVerb.Rcpt, SmtpAction.Close, IsNull);
                break;
            case Unfit.ResetsOnTheProbe:
                server.On(SmtpVerb.Rcpt, SmtpAction.Reset, IsNull);
                break;
            case Unfit.AcceptsTheChunk:
                server.On(SmtpVerb.Bdat, SmtpAction.Reply("250 2.0.0 why not").Refusing(), IsProbe);
                break;
            case Unfit.SaysGoodbyeToTheChunk:
                server.On(SmtpVerb.Bdat, SmtpAction.Reply("221 2.0.0 bye").Refusing().ThenClose(), IsProbe);
                break;
            case Unfit.RefusesForNowOnly:
                server.On(SmtpVerb.Rcpt, "450 4.1.3 not now", IsNull);
                break;
            case Unfit.AcceptsTheNullRecipient:
                server.On(SmtpVerb.Rcpt, SmtpAction.Reply("250 2.1.5 postmaster then").Refusing(), IsNull);
                break;
            case Unfit.RefusesTheSender:
                server.On(SmtpVerb.Mail, "550 5.7.1 not you", static c => c is { Connection: 1, Occurrence: 1 });
                break;
            case Unfit.RefusesToReset:
                server.On(SmtpVerb.Rset, "502 5.5.1 what is RSET", static c => c.Connection == 1);
                break;
            case Unfit.AnswersResetInAnotherWay:
                server.On(SmtpVerb.Rset, SmtpAction.Reply("220 2.0.0 hello again"), static c => c.Connection == 1);
                break;
            case Unfit.SpeaksGarbage:
                server.On(SmtpVerb.Rcpt, SmtpAction.Raw("what is this?\r\n"), IsNull);
                break;
            case Unfit.LeavesOneReplyOut:
                server.On(SmtpVerb.Bdat, SmtpAction.Swallow.Refusing(), IsProbe);
                server.On(SmtpVerb.Rset, SmtpAction.Swallow, static c => c.Connection == 1);
                server.On(SmtpVerb.Mail, SmtpAction.Swallow, static c => c is { Connection: 1, Occurrence: > 1 });
                server.On(SmtpVerb.Rcpt, SmtpAction.Swallow, static c => c is { Connection: 1, Occurrence: > 1 });
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, null);
        }
    }

    private static bool IsNull(ReceivedCommand command) => command.Argument == "TO:<>";

    private static bool IsProbe(ReceivedCommand command) => command is { Connection: 1, Occurrence: 1 };

    private static async Task AssertNoContentWasACommandAsync(SmtpBed bed)
    {
        await bed.Server.WaitForIdleAsync(SmtpBed.Token);
        string[] words = ["EHLO client.example.org", "MAIL FROM:<sender@example.org>", "RCPT TO:<>", "RCPT TO:<r", "BDAT ", "RSET", "QUIT", "("];
        foreach (var line in bed.Server.Connections.SelectMany(static c => c.Log).Where(static l => l.StartsWith("C: ", StringComparison.Ordinal)))
        {
            Assert.Contains(words, word => line.AsSpan(3).StartsWith(word, StringComparison.Ordinal));
        }
    }
}
