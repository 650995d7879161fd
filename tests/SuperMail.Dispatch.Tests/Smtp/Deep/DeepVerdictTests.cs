using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Tests.Smtp.Deep.DeepBed;

namespace SuperMail.Dispatch.Tests.Smtp.Deep;

/// <summary>Whose verdict is whose when whole messages share a flight.</summary>
public sealed class DeepVerdictTests
{
    public static TheoryData<bool> Codes => [true, false];

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Refusals_in_the_middle_of_a_flight_are_each_their_own(bool enhanced)
    {
        await using var bed = Start(enhanced);
        bed.Server.On(SmtpVerb.Rcpt, "550 5.1.1 nobody", For("r2"));
        bed.Server.On(SmtpVerb.EndOfData, "552 5.3.4 too large", ContentFor("r4"));
        bed.Server.On(SmtpVerb.Rcpt, "450 4.2.0 greylisted", For("r5"));
        bed.Server.On(SmtpVerb.EndOfData, "451 4.3.0 later", ContentFor("r7"));
        bed.Server.On(SmtpVerb.Mail, "451 4.3.0 not now", c => c.Occurrence == 10);
        var mails = Many(12);
        Assert.Null(await bed.SendAsync(mails));
        Assert.Equal(
            "Sent Sent Failed Sent Failed Retry Sent Retry NotSent Sent Sent Sent", string.Join(' ', mails.Select(static m => m.Kind)));
        Assert.Equal([550, 552, 450, 451, 451], mails.Where(static m => m.Kind != VerdictKind.Sent).Select(static m => m.Verdict!.ReplyCode));
        Assert.Equal((DeliveryPhase.Rcpt, "nobody"), (mails[2].Verdict!.Phase, mails[2].Verdict!.Text));
        Assert.Equal(DeliveryPhase.EndOfData, mails[4].Verdict!.Phase);
        Assert.Equal(RelaySignal.SlowDown, mails[8].Verdict!.Signal);
        Assert.Equal(mails.Where(static m => m.Kind == VerdictKind.Sent).Select(static m => m.To), bed.Server.Messages.Select(static m => m.Recipients.Single()));
        Assert.Equal(1, bed.Server.TotalConnections);
    }

    [Fact]
    public async Task A_relay_that_keeps_the_transaction_of_a_refused_BDAT_gives_nobody_the_content_of_another()
    {
        await using var bed = SmtpBed.Start(WireMode.Deep, options => options.KeepTransactionAfterRefusedBdat = true);
        bed.Server.On(SmtpVerb.EndOfData, "554 5.7.1 not that", ContentFor("r3"));
        bed.Server.On(SmtpVerb.Rcpt, "550 5.1.1 nobody", For("r4"));
        var mails = Many(8);
        Assert.Null(await bed.SendAsync(mails));
        Assert.Equal([3, 4], Enumerable.Range(0, 8).Where(i => mails[i].Kind == VerdictKind.Failed));
        Assert.All(bed.Server.Messages, static m => Assert.Single(m.Recipients));
        Assert.Equal(6, bed.Server.MessagesAccepted);
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task A_break_leaves_in_doubt_what_was_written_and_not_answered_and_no_more_than_the_depth(bool enhanced)
    {
        await using var bed = Start(enhanced);
        bed.Settings.PipelineDepth = 6;
        bed.Server.On(SmtpVerb.EndOfData, SmtpAction.Close, ContentFor("r9"));
        var mails = Many(40);
        var feed = new TestFeed(mails);
        Assert.NotNull(await bed.SendAsync(feed));

        // With codes that tell commands apart all before it are certain; without, none of its flight is.
        var sent = enhanced ? 9 : 6;
        Assert.All(mails.Take(sent), static m => Assert.Equal(VerdictKind.Sent, m.Kind));
        Assert.InRange(mails.Count(static m => m.Kind == VerdictKind.InDoubt), 1, 6);
        Assert.All(mails.Skip(sent).Take(feed.Pulled - sent), static m => Assert.Equal(VerdictKind.InDoubt, m.Kind));
        Assert.All(mails.Skip(feed.Pulled), static m => Assert.Null(m.Kind));
        Assert.Equal(9, bed.Server.MessagesAccepted);
    }

    [Theory]
    [InlineData(SmtpVerb.Rset, VerdictKind.NotSent)]
    [InlineData(SmtpVerb.Mail, VerdictKind.NotSent)]
    [InlineData(SmtpVerb.Rcpt, VerdictKind.NotSent)]
    [InlineData(SmtpVerb.EndOfData, VerdictKind.Retry)]
    public async Task A_421_charges_only_whose_content_it_answers_and_nobody_behind_it_is_in_doubt(SmtpVerb verb, VerdictKind struck)
    {
        await using var bed = Start();
        bed.Server.On(verb, "421 4.3.2 going down", c => c.MessagesAccepted == 3);
        var mails = Many(20);
        var feed = new TestFeed(mails);
        var fault = await bed.SendAsync(feed);
        Assert.Equal((TransportFault.SlowDown, 421), (fault!.Fault, fault.ReplyCode));
        Assert.All(mails.Take(3), static m => Assert.Equal(VerdictKind.Sent, m.Kind));
        Assert.Equal(struck, mails[3].Kind);
        Assert.All(mails.Skip(4).Take(feed.Pulled - 4), static m => Assert.Equal(VerdictKind.NotSent, m.Kind));
        Assert.Equal(3, bed.Server.MessagesAccepted);
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task A_reply_too_many_puts_in_doubt_all_whose_replies_are_not_certain(bool enhanced)
    {
        // With codes that tell commands apart the messages before it are certain; without, none of the flight is.
        await using var bed = Start(enhanced);
        bed.Settings.PipelineDepth = 8;
        bed.Server.On(SmtpVerb.Rcpt, SmtpAction.Default.ThenSurplus("250 2.0.0 surplus\r\n"), For("r5"));
        bed.Server.On(SmtpVerb.EndOfData, "554 5.6.0 not that", ContentFor("r6"));
        var mails = Many(8);
        Assert.Equal(TransportFault.Connection, (await bed.SendAsync(mails))!.Fault);
        Assert.All(mails.Take(5), m => Assert.Equal(enhanced ? VerdictKind.Sent : VerdictKind.InDoubt, m.Kind));
        Assert.All(mails.Skip(5), static m => Assert.Equal(VerdictKind.InDoubt, m.Kind));

        // The refusal of r6 stands where the reply to the next RSET belongs.
        Assert.Contains(bed.Log.Entries, static e => e.Id == 2004 && e.Text.Contains("RSET was refused", StringComparison.Ordinal));
        Assert.Equal(0, bed.Server.CountOf(SmtpVerb.Quit));
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task A_missing_reply_puts_in_doubt_all_whose_replies_are_not_certain(bool enhanced)
    {
        // By the real clock, and long enough for replies that do come on a busy machine. RSET behind the flight has none.
        await using var bed = Start(enhanced);
        bed.Settings.Timeouts.Envelope = TimeSpan.FromSeconds(3);
        bed.Server.On(SmtpVerb.Rcpt, SmtpAction.Swallow, For("r5"));
        var mails = Many(8);
        Assert.NotNull(await bed.SendAsync(mails));
        Assert.All(mails.Take(5), m => Assert.Equal(enhanced ? VerdictKind.Sent : VerdictKind.InDoubt, m.Kind));
        Assert.All(mails.Skip(5), static m => Assert.Equal(VerdictKind.InDoubt, m.Kind));
        Assert.Contains(bed.Log.Entries, static e => e.Id == 2004 && e.Text.Contains("a reply is missing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Content_accepted_behind_a_refused_recipient_belies_the_probe()
    {
        await using var bed = Start();
        bed.Server.On(SmtpVerb.Rcpt, "550 5.1.1 nobody", For("r3"));
        bed.Server.On(SmtpVerb.Bdat, SmtpAction.Reply("250 2.0.0 why not").Refusing(), c => c.MessagesAccepted == 3 && c.Recipients.Count == 0);
        var mails = Many(6);
        Assert.Equal(TransportFault.Connection, (await bed.SendAsync(mails))!.Fault);
        Assert.All(mails.Take(3), static m => Assert.Equal(VerdictKind.Sent, m.Kind));
        Assert.Equal(VerdictKind.InDoubt, mails[3].Kind);
        Assert.DoesNotContain(mails.Skip(3), static m => m.Kind is VerdictKind.Sent or VerdictKind.Failed);
        Assert.Contains(bed.Log.Entries, static e => e.Id == 2004 && e.Text.Contains("although RCPT was refused", StringComparison.Ordinal));
        var next = SmtpBed.Mails("next");
        Assert.Null(await bed.SendAsync(next));
        Assert.DoesNotContain("RCPT TO:<>", await bed.LinesAsync(2));
    }

    [Theory]
    [InlineData("?what is this\r\n")]
    [InlineData("354 go ahead\r\n")]
    public async Task A_reply_that_makes_no_sense_ends_the_connection(string reply)
    {
        await using var bed = Start();
        bed.Server.On(SmtpVerb.EndOfData, SmtpAction.Raw(reply).Refusing(), ContentFor("r3"));
        var mails = Many(6);
        Assert.Equal(TransportFault.Connection, (await bed.SendAsync(mails))!.Fault);
        Assert.All(mails.Take(3), static m => Assert.Equal(VerdictKind.Sent, m.Kind));
        Assert.All(mails.Skip(3), static m => Assert.Equal(VerdictKind.InDoubt, m.Kind));
        Assert.Equal(0, bed.Server.CountOf(SmtpVerb.Quit));
    }

    [Fact]
    public async Task After_eight_errors_the_turn_goes_on_over_a_fresh_connection()
    {
        await using var bed = Start();
        bed.Settings.PipelineDepth = 2;
        bed.Server.On(SmtpVerb.Rcpt, "550 5.1.1 nobody", c => c.Argument.Contains("bad", StringComparison.Ordinal));
        var mails = SmtpBed.Mails("a", "bad1", "bad2", "bad3", "bad4", "bad5", "bad6", "bad7", "b");
        await bed.SendAllAsync(mails);
        Assert.Equal([.. Enumerable.Repeat(VerdictKind.Failed, 7)], mails[1..8].Select(static m => m.Kind!.Value));
        Assert.Equal((VerdictKind.Sent, VerdictKind.Sent, 2), (mails[0].Kind, mails[^1].Kind, bed.Server.TotalConnections));
        Assert.Equal("QUIT", (await bed.LinesAsync())[^1]);
    }

    [Fact]
    public async Task A_relay_that_loses_patience_with_one_flight_of_refusals_slows_nothing_down()
    {
        await using var bed = SmtpBed.Start(WireMode.Deep, static options => options.ErrorLimit = 20);
        bed.Server.On(SmtpVerb.Rcpt, "550 5.1.1 nobody", c => c.Argument.Contains("@example.net", StringComparison.Ordinal));
        var mails = Many(16);
        Assert.Null(await bed.SendAsync(mails));
        Assert.Equal(10, mails.Count(static m => m.Kind == VerdictKind.Failed));
        Assert.All(mails.Where(static m => m.Kind != VerdictKind.Failed), static m => Assert.Equal(Verdict.NotSent, m.Verdict));
    }

    [Theory]
    [InlineData("421 4.7.0 too many messages in this connection")]
    [InlineData(null)]
    public async Task A_cap_is_learnt_from_two_flights_and_nothing_is_offered_behind_it_again(string? reply)
    {
        await using var bed = SmtpBed.Start(WireMode.Deep, options => (options.MessageLimit, options.MessageLimitReply) = (5, reply));
        for (var connection = 1; connection <= 2; connection++)
        {
            Assert.DoesNotContain(bed.Log.Entries, static e => e.Id == 2005);
            var mails = Many(12);
            Assert.Null(await bed.SendAsync(mails));

            // Closed without a word: the reply to the fifth was read, and nothing behind it tells that it was its own.
            var certain = reply is null ? 4 : 5;
            Assert.All(mails.Take(certain), static m => Assert.Equal(VerdictKind.Sent, m.Kind));
            Assert.All(mails.Skip(certain), m => Assert.Equal(reply is null ? VerdictKind.InDoubt : VerdictKind.NotSent, m.Kind));
        }

        Assert.Contains(bed.Log.Entries, static e => e.Id == 2005);
        var more = new TestFeed(Many(8));
        Assert.Null(await bed.SendAsync(more));
        Assert.Equal((5, 15), (more.Pulled, bed.Server.MessagesAccepted));
    }

    [Fact]
    public async Task A_cap_that_is_told_to_the_RSET_behind_a_flight_is_learnt_and_slows_nothing_down()
    {
        await using var bed = Start();
        bed.Server.On(SmtpVerb.Rset, "421 4.7.0 too many messages in this connection", static c => c.MessagesAccepted == 5);
        for (var connection = 1; connection <= 2; connection++)
        {
            Assert.DoesNotContain(bed.Log.Entries, static e => e.Id == 2005);
            var mails = Many(5);
            Assert.Null(await bed.SendAsync(mails));
            Assert.All(mails, static m => Assert.Equal(VerdictKind.Sent, m.Kind));
        }

        Assert.Contains(bed.Log.Entries, static e => e.Id == 2005);
    }

    [Fact]
    public async Task Told_to_stop_what_was_written_is_in_doubt_and_the_rest_was_not_sent()
    {
        await using var bed = Start();
        bed.Settings.PipelineDepth = 4;
        using var stop = new CancellationTokenSource();
        var rule = bed.Server.On(SmtpVerb.EndOfData, SmtpAction.Hang, ContentFor("r2"));
        var mails = Many(10);
        var feed = new TestFeed(mails);
        await using var session = await bed.Transport.OpenAsync(SmtpBed.Token);
        var sending = session.SendAsync(feed, stop.Token).AsTask();
        await rule.WaitForHitsAsync(1, SmtpBed.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.All(mails.Take(2), static m => Assert.True(m.Kind is VerdictKind.Sent or VerdictKind.InDoubt));
        Assert.All(mails.Skip(2).Take(feed.Pulled - 2), static m => Assert.Equal(VerdictKind.InDoubt, m.Kind));
        Assert.InRange(mails.Count(static m => m.Kind == VerdictKind.InDoubt), 1, 4);
    }
}
