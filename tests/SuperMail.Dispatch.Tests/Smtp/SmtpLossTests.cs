using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Smtp;

public sealed class SmtpLossTests
{
    public static TheoryData<WireMode> Modes => SmtpBed.AllModes;

    private static Func<ReceivedCommand, bool> Second => c => c.Occurrence == 2;

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Written_to_the_end_and_not_answered_is_in_doubt_and_the_rest_is_not_sent(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode);
        bed.Server.On(SmtpVerb.EndOfData, SmtpAction.Close.Accepting(), when: Second);
        var mails = SmtpBed.Mails("a", "b", "c", "d");
        var feed = new TestFeed(mails);
        var fault = await bed.SendAsync(feed);
        Assert.Equal((TransportFault.Connection, DeliveryPhase.EndOfData), (fault!.Fault, fault.Phase));
        Assert.Equal([VerdictKind.Sent, VerdictKind.InDoubt], mails.Take(2).Select(m => m.Kind!.Value));
        Assert.All(mails.Skip(2).Take(feed.Pulled - 2), mail => Assert.Equal(VerdictKind.NotSent, mail.Kind));
        Assert.All(mails.Skip(feed.Pulled), mail => Assert.Null(mail.Kind));
        Assert.Equal(0, bed.Server.CountOf(SmtpVerb.Quit));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task A_message_lost_while_its_content_was_leaving_is_charged_alone(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode);
        bed.Server.On(SmtpVerb.Content, SmtpAction.Reset, when: c => c.ContentLength > 0, times: 1);
        var large = new TestMail("a@example.net", (Enumerable.Repeat((byte)'x', 32 * 1024 * 1024).ToArray(), false));
        var next = new TestMail("b@example.net");
        var feed = new TestFeed([large, next]);
        Assert.Equal(TransportFault.Connection, (await bed.SendAsync(feed))!.Fault);
        Assert.Equal((VerdictKind.Retry, new EnhancedStatusCode(4, 4, 2), 0), (large.Verdict!.Kind, large.Verdict.EnhancedCode, large.Verdict.ReplyCode));
        Assert.True(next.Kind is null or VerdictKind.NotSent);
    }

    [Theory]
    [InlineData(WireMode.OffData, SmtpVerb.Mail)]
    [InlineData(WireMode.OffBdat, SmtpVerb.Rcpt)]
    [InlineData(WireMode.OffData, SmtpVerb.Data)]
    [InlineData(WireMode.StandardData, SmtpVerb.Rcpt)]
    [InlineData(WireMode.StandardData, SmtpVerb.Data)]
    [InlineData(WireMode.StandardBdat, SmtpVerb.Rcpt)]
    public async Task Lost_before_the_end_of_data_is_not_sent(WireMode mode, SmtpVerb verb)
    {
        await using var bed = SmtpBed.Start(mode);
        bed.Server.On(verb, SmtpAction.Reset);
        var mails = SmtpBed.Mails("a", "b");
        Assert.Equal(TransportFault.Connection, (await bed.SendAsync(mails))!.Fault);
        Assert.Equal(Verdict.NotSent, mails[0].Verdict);
        Assert.Null(mails[1].Verdict);
    }

    [Theory]
    [InlineData(WireMode.StandardData)]
    [InlineData(WireMode.StandardBdat)]
    public async Task A_reply_that_was_read_counts_although_the_connection_broke_behind_it(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode);
        bed.Server.On(SmtpVerb.Rcpt, SmtpAction.Reply("250 ok").ThenClose(), when: Second);
        var mails = SmtpBed.Mails("a", "b");
        var fault = await bed.SendAsync(mails);
        Assert.Equal(VerdictKind.Sent, mails[0].Kind);
        if (mode == WireMode.StandardData)
        {
            Assert.Equal(DeliveryPhase.Data, fault!.Phase);
            Assert.Equal(VerdictKind.NotSent, mails[1].Kind);
        }
        else
        {
            // The envelope was accepted and the content had been handed over before the end was seen.
            Assert.Equal(VerdictKind.InDoubt, mails[1].Kind);
        }
    }

    [Theory]
    [InlineData(WireMode.OffData, SmtpVerb.Mail, VerdictKind.NotSent)]
    [InlineData(WireMode.StandardData, SmtpVerb.Mail, VerdictKind.NotSent)]
    [InlineData(WireMode.StandardBdat, SmtpVerb.Mail, VerdictKind.NotSent)]
    [InlineData(WireMode.OffBdat, SmtpVerb.Rcpt, VerdictKind.NotSent)]
    [InlineData(WireMode.StandardData, SmtpVerb.Rcpt, VerdictKind.NotSent)]
    [InlineData(WireMode.StandardBdat, SmtpVerb.Rcpt, VerdictKind.NotSent)]
    [InlineData(WireMode.OffData, SmtpVerb.Data, VerdictKind.NotSent)]
    [InlineData(WireMode.StandardData, SmtpVerb.Data, VerdictKind.NotSent)]
    [InlineData(WireMode.OffData, SmtpVerb.EndOfData, VerdictKind.Retry)]
    [InlineData(WireMode.OffBdat, SmtpVerb.EndOfData, VerdictKind.Retry)]
    [InlineData(WireMode.StandardData, SmtpVerb.EndOfData, VerdictKind.Retry)]
    [InlineData(WireMode.StandardBdat, SmtpVerb.EndOfData, VerdictKind.Retry)]
    public async Task A_421_slows_the_lane_down_and_charges_only_who_was_sent_to_the_end(WireMode mode, SmtpVerb verb, VerdictKind kind)
    {
        await using var bed = SmtpBed.Start(mode);
        bed.Server.On(verb, "421 4.3.2 going down", when: Second);
        var mails = SmtpBed.Mails("a", "b", "c");
        var feed = new TestFeed(mails);
        var fault = await bed.SendAsync(feed);
        Assert.Equal((TransportFault.SlowDown, 421), (fault!.Fault, fault.ReplyCode));
        Assert.Equal([VerdictKind.Sent, kind], mails.Take(2).Select(m => m.Kind!.Value));
        Assert.Equal(RelaySignal.SlowDown, mails[1].Verdict!.Signal);
        Assert.True(feed.Pulled == 2 ? mails[2].Kind is null : mails[2].Kind == VerdictKind.NotSent);
        Assert.Equal(0, bed.Server.CountOf(SmtpVerb.Quit));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task A_421_behind_a_refusal_is_a_goodbye_and_no_shift_of_replies(WireMode mode)
    {
        // As Postfix does at its error limit: the 421 is a reply to nothing.
        await using var bed = SmtpBed.Start(mode, options => options.ErrorLimit = 1);
        bed.Server.On(SmtpVerb.EndOfData, "554 5.7.1 spam", times: 1);
        bed.Server.On(SmtpVerb.Bdat, "554 5.7.1 spam", times: 1);
        var mails = SmtpBed.Mails("a");
        var fault = await bed.SendAsync(mails);
        Assert.Equal(VerdictKind.Failed, mails[0].Kind);
        Assert.True(fault is null or { Fault: TransportFault.SlowDown });
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Surplus_replies_put_the_group_just_read_in_doubt(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode);
        bed.Server.On(SmtpVerb.EndOfData, SmtpAction.Raw("250 2.0.0 ok\r\n250 2.0.0 ok\r\n250 2.0.0 ok\r\n").Accepting(), when: Second);
        var mails = SmtpBed.Mails("a", "b", "c");
        var fault = await bed.SendAsync(mails);
        Assert.Equal(TransportFault.Connection, fault!.Fault);
        Assert.Equal([VerdictKind.Sent, VerdictKind.InDoubt], mails.Take(2).Select(m => m.Kind!.Value));
        Assert.True(mails[2].Kind is null or VerdictKind.NotSent);
        Assert.Equal(0, bed.Server.CountOf(SmtpVerb.Quit));
        Assert.Equal(mode is WireMode.StandardData or WireMode.StandardBdat, bed.Log.Entries.Any(e => e.Id == 2004));
    }

    [Theory]
    [InlineData("%&@\r\n")]
    [InlineData("25\r\n")]
    [InlineData("150 no such digit\r\n")]
    [InlineData("250-one\r\n251 two\r\n")]
    [InlineData("250x\r\n")]
    public async Task A_torn_reply_breaks_the_connection_and_leaves_doubt_only_where_the_end_was_written(string reply)
    {
        foreach (var mode in new[] { WireMode.OffData, WireMode.OffBdat, WireMode.StandardData, WireMode.StandardBdat })
        {
            await using var bed = SmtpBed.Start(mode);
            bed.Server.On(SmtpVerb.EndOfData, SmtpAction.Raw(reply), when: Second);
            bed.Server.On(SmtpVerb.Rcpt, SmtpAction.Raw(reply), when: c => c.Connection == 2);
            await using var session = await bed.Transport.OpenAsync(SmtpBed.Token);
            var mails = SmtpBed.Mails("a", "b");
            var fault = await Assert.ThrowsAsync<MailTransportException>(() => session.SendAsync(new TestFeed(mails), SmtpBed.Token).AsTask());
            Assert.Equal(TransportFault.Connection, fault.Fault);
            Assert.Equal([VerdictKind.Sent, VerdictKind.InDoubt], mails.Select(m => m.Kind!.Value));

            // A session is not reused after a torn reply.
            var unasked = new TestFeed(SmtpBed.Mails("c"));
            await session.SendAsync(unasked, SmtpBed.Token);
            Assert.Equal(0, unasked.Pulled);

            var again = SmtpBed.Mails("d");
            Assert.Equal(DeliveryPhase.Rcpt, (await bed.SendAsync(again))!.Phase);
            Assert.Equal(VerdictKind.NotSent, again[0].Kind);
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task An_endless_reply_is_cut_off(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode);
        bed.Server.On(SmtpVerb.Rcpt, SmtpAction.Raw(new string('2', 70_000)), times: 1);
        bed.Server.On(SmtpVerb.Rcpt, SmtpAction.Raw(string.Concat(Enumerable.Repeat("250-more\r\n", 5000))), times: 1);
        for (var i = 0; i < 2; i++)
        {
            var mail = new TestMail("a@example.net");
            var fault = await bed.SendAsync(mail);
            Assert.Equal((TransportFault.Connection, DeliveryPhase.Rcpt), (fault!.Fault, fault.Phase));
            Assert.Equal(VerdictKind.NotSent, mail.Kind);
        }
    }

    [Theory]
    [InlineData(SmtpVerb.Mail, "354 go on")]
    [InlineData(SmtpVerb.Rcpt, "354 go on")]
    [InlineData(SmtpVerb.Data, "250 ok")]
    public async Task A_reply_that_cannot_stand_there_breaks_the_connection(SmtpVerb verb, string reply)
    {
        foreach (var mode in new[] { WireMode.OffData, WireMode.StandardData })
        {
            await using var bed = SmtpBed.Start(mode);
            bed.Server.On(verb, SmtpAction.Reply(reply).Refusing());
            var mail = new TestMail("a@example.net");
            Assert.Equal(TransportFault.Connection, (await bed.SendAsync(mail))!.Fault);
            Assert.Equal(VerdictKind.NotSent, mail.Kind);
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task A_354_to_the_end_of_data_leaves_doubt(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode);
        bed.Server.On(SmtpVerb.EndOfData, "354 go on");
        var mail = new TestMail("a@example.net");
        Assert.Equal(TransportFault.Connection, (await bed.SendAsync(mail))!.Fault);
        Assert.Equal(VerdictKind.InDoubt, mail.Kind);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task A_cancelled_turn_reports_everything_that_was_pulled(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode);
        var rule = bed.Server.On(SmtpVerb.EndOfData, SmtpAction.Hang, when: Second);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(SmtpBed.Token);
        var mails = SmtpBed.Mails("a", "b", "c");
        var feed = new TestFeed(mails);
        await using var session = await bed.Transport.OpenAsync(SmtpBed.Token);
        var sending = session.SendAsync(feed, stop.Token).AsTask();
        await rule.WaitForHitsAsync(1, SmtpBed.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => sending);
        Assert.Equal([VerdictKind.Sent, VerdictKind.InDoubt], mails.Take(2).Select(m => m.Kind!.Value));
        Assert.All(mails.Take(feed.Pulled), mail => Assert.NotNull(mail.Kind));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task A_pull_under_way_is_called_off_when_the_connection_ends(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode);
        var never = new TaskCompletionSource();
        bed.Server.On(SmtpVerb.EndOfData, SmtpAction.Close.Accepting());
        var mails = SmtpBed.Mails("a", "b");
        var feed = new TestFeed(mails).Holding(1, never.Task);
        Assert.Equal(TransportFault.Connection, (await bed.SendAsync(feed))!.Fault);
        Assert.Equal(VerdictKind.InDoubt, mails[0].Kind);
        Assert.Null(mails[1].Kind);
    }

    [Fact]
    public async Task A_feed_that_throws_leaves_nothing_unanswered()
    {
        await using var bed = SmtpBed.Start(WireMode.StandardData);
        var mails = SmtpBed.Mails("a", "b");
        var feed = new TestFeed(mails).Holding(1, Task.FromException(new InvalidOperationException("the feed")));
        await using var session = await bed.Transport.OpenAsync(SmtpBed.Token);
        await Assert.ThrowsAsync<InvalidOperationException>(() => session.SendAsync(feed, SmtpBed.Token).AsTask());
        Assert.NotNull(mails[0].Kind);
    }
}
