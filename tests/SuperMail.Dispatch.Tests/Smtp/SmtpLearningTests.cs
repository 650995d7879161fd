using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Smtp;

public sealed class SmtpLearningTests
{
    public static TheoryData<WireMode> Modes => SmtpBed.AllModes;

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task A_cap_of_messages_is_learnt_from_two_connections_kept_to_and_charged_to_nobody(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode, options => options.MessageLimit = 3);
        var mails = SmtpBed.Mails([.. Enumerable.Range(0, 14).Select(i => $"r{i}")]);
        var feed = new TestFeed(mails);
        for (var connection = 1; connection <= 2; connection++)
        {
            Assert.Null(bed.Transport.MessagesPerConnection);
            Assert.DoesNotContain(bed.Log.Entries, e => e.Id == 2005);
            Assert.Null(await bed.SendAsync(feed));
            Assert.Equal(4 * connection, feed.Pulled);
            Assert.Equal(
                [VerdictKind.Sent, VerdictKind.Sent, VerdictKind.Sent, VerdictKind.NotSent],
                mails.Skip(4 * (connection - 1)).Take(4).Select(m => m.Kind!.Value));
        }

        Assert.Equal(3, bed.Transport.MessagesPerConnection);
        Assert.Contains(bed.Log.Entries, e => e.Id == 2005);
        while (!feed.IsExhausted)
        {
            Assert.Null(await bed.SendAsync(feed));
        }

        // From the third connection on nothing is pulled, let alone sent, behind the third message.
        Assert.All(mails.Skip(8), mail => Assert.Equal(VerdictKind.Sent, mail.Kind));
        await bed.Server.WaitForIdleAsync(SmtpBed.Token);
        Assert.All(bed.Server.Connections.Skip(2), c => Assert.Equal(c.MessagesAccepted, c.CountOf(SmtpVerb.Mail)));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task One_connection_that_is_closed_teaches_no_cap_and_is_no_fault(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode);
        bed.Server.On(SmtpVerb.Mail, SmtpAction.Close, when: static c => c is { Connection: 1, Occurrence: 2 } or { Connection: 2, Occurrence: 3 } or { Connection: 3, Occurrence: 2 });
        for (var accident = 1; accident <= 3; accident++)
        {
            Assert.Null(await bed.SendAsync(SmtpBed.Mails("a", "b", "c", "d")));
        }

        Assert.Null(bed.Transport.MessagesPerConnection); // 1, 2, 1: never the same twice running
        var mails = SmtpBed.Mails("a", "b", "c", "d");
        Assert.Null(await bed.SendAsync(mails));
        Assert.All(mails, static mail => Assert.Equal(VerdictKind.Sent, mail.Kind));
        Assert.Equal(4, bed.Server.TotalConnections);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task A_connection_that_takes_more_in_between_shows_that_there_is_no_cap(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode);
        bed.Server.On(SmtpVerb.Mail, SmtpAction.Close, when: static c => c is { Connection: 1 or 3, Occurrence: 2 });
        await bed.SendAsync(SmtpBed.Mails("a", "b"));
        await bed.SendAsync(SmtpBed.Mails("c", "d"));
        await bed.SendAsync(SmtpBed.Mails("e", "f"));
        Assert.Null(bed.Transport.MessagesPerConnection);
    }

    [Fact]
    public async Task A_learnt_cap_is_forgotten_after_an_hour_and_one_close_does_not_bring_it_back()
    {
        var clock = new FakeClock();
        await using var bed = SmtpBed.Start(configure: static o => o.MessageLimit = 1, clock: clock);
        await bed.SendAsync(SmtpBed.Mails("a", "b"));
        await bed.SendAsync(SmtpBed.Mails("c", "d"));
        Assert.Equal(1, bed.Transport.MessagesPerConnection);
        clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Null(bed.Transport.MessagesPerConnection);
        await bed.SendAsync(SmtpBed.Mails("e", "f"));
        Assert.Null(bed.Transport.MessagesPerConnection);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task A_cap_that_is_said_in_words_is_no_call_to_slow_down(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode, options =>
        {
            options.MessageLimit = 2;
            options.MessageLimitReply = "421 4.7.0 too many messages in this connection";
        });
        var mails = SmtpBed.Mails("a", "b", "c", "d", "e");
        var feed = new TestFeed(mails);
        Assert.Null(await bed.SendAsync(feed));
        Assert.Equal(Verdict.NotSent, mails[2].Verdict);
        Assert.Null(await bed.SendAsync(feed));
        Assert.Equal([VerdictKind.Sent, VerdictKind.Sent], mails.Skip(3).Select(m => m.Kind!.Value));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task A_relay_that_closes_after_an_error_teaches_no_cap(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode);
        bed.Server.On(SmtpVerb.Rcpt, "550 5.1.1 no such user", when: c => c.Occurrence == 2);
        bed.Server.On(SmtpVerb.Rset, SmtpAction.Close);
        var mails = SmtpBed.Mails("a", "b", "c");
        var fault = await bed.SendAsync(mails);
        Assert.Equal(TransportFault.Connection, fault!.Fault);
        Assert.Equal([VerdictKind.Sent, VerdictKind.Failed, VerdictKind.NotSent], mails.Select(m => m.Kind!.Value));
        Assert.DoesNotContain(bed.Log.Entries, e => e.Id == 2005);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task A_relay_that_tires_of_waiting_is_no_fault_and_teaches_nothing(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode);
        var gate = new TaskCompletionSource();
        var mails = SmtpBed.Mails("a", "b");
        var feed = new TestFeed(mails).Holding(1, gate.Task);
        var sending = bed.SendAsync(feed);
        await bed.Server.WaitForMessagesAsync(1, SmtpBed.Token);
        await feed.WaitedFor.WaitAsync(SmtpBed.Token);
        bed.Server.ResetConnections();
        await bed.Server.WaitForIdleAsync(SmtpBed.Token);
        gate.SetResult();
        var fault = await sending;
        Assert.True(fault is null || mails[0].Kind == VerdictKind.InDoubt);
        Assert.NotNull(mails[0].Kind);
        Assert.DoesNotContain(bed.Log.Entries, e => e.Id == 2005);
    }

    [Theory]
    [InlineData(WireMode.OffBdat)]
    [InlineData(WireMode.StandardBdat)]
    public async Task An_unknown_BDAT_after_an_accepted_recipient_gives_up_CHUNKING_for_an_hour(WireMode mode)
    {
        var clock = new FakeClock();
        await using var bed = SmtpBed.Start(mode, clock: clock);
        bed.Server.On(SmtpVerb.Bdat, "502 5.5.1 unknown command", when: c => c.Connection == 1);
        var mails = SmtpBed.Mails("a", "b", "c", "d");
        var feed = new TestFeed(mails);
        Assert.Null(await bed.SendAsync(feed));
        Assert.Equal(VerdictKind.NotSent, mails[0].Kind);
        Assert.Equal(0, bed.Server.CountOf(SmtpVerb.Quit));
        var next = SmtpBed.Mails("x");
        Assert.Null(await bed.SendAsync(next));
        Assert.False(bed.Server.Messages[^1].ByBdat);
        clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Null(await bed.SendAsync(SmtpBed.Mails("y")));
        Assert.True(bed.Server.Messages[^1].ByBdat);
    }

    [Theory]
    [InlineData(WireMode.StandardData)]
    [InlineData(WireMode.StandardBdat)]
    public async Task A_503_to_MAIL_with_no_transaction_open_gives_up_PIPELINING(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode);
        bed.Server.On(SmtpVerb.Mail, "503 5.5.1 nested MAIL", when: c => c.Connection == 1 && c.Occurrence == 2);
        var mails = SmtpBed.Mails("a", "b", "c", "d");
        var feed = new TestFeed(mails);
        Assert.Null(await bed.SendAsync(feed));
        Assert.Equal(Verdict.NotSent, mails[1].Verdict);
        Assert.Null(await bed.SendAsync(feed));
        Assert.Equal([VerdictKind.Sent, VerdictKind.Sent], mails.Skip(2).Select(m => m.Kind!.Value));
        Assert.Contains(bed.Log.Entries, e => e.Id == 2004 && e.Text.Contains("PIPELINING", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task A_503_that_an_earlier_refusal_explains_gives_up_nothing(WireMode mode)
    {
        // Exim's normal answer to DATA after a refused RCPT.
        await using var bed = SmtpBed.Start(mode);
        bed.Server.On(SmtpVerb.Rcpt, "550 5.1.1 no such user", when: c => c.Argument.Contains("b@", StringComparison.Ordinal));
        bed.Server.On(SmtpVerb.Data, "503 5.5.1 no valid recipients", when: c => c.Recipients.Count == 0);
        var mails = SmtpBed.Mails("a", "b", "c");
        Assert.Null(await bed.SendAsync(mails));
        Assert.Equal([VerdictKind.Sent, VerdictKind.Failed, VerdictKind.Sent], mails.Select(m => m.Kind!.Value));
        Assert.Equal(DeliveryPhase.Rcpt, mails[1].Verdict!.Phase);
        Assert.DoesNotContain(bed.Log.Entries, e => e.Id == 2004);
    }

    [Fact]
    public async Task A_503_to_MAIL_behind_a_refused_end_of_data_is_said_again_after_RSET()
    {
        await using var bed = SmtpBed.Start(WireMode.StandardData);
        bed.Server.On(SmtpVerb.EndOfData, "554 5.7.1 spam", times: 1);
        bed.Server.On(SmtpVerb.Mail, SmtpAction.Reply("503 5.5.1 nested MAIL"), when: c => c.Occurrence == 2);
        var mails = SmtpBed.Mails("a", "b");
        Assert.Null(await bed.SendAsync(mails));
        Assert.Equal([VerdictKind.Failed, VerdictKind.Sent], mails.Select(m => m.Kind!.Value));
        Assert.DoesNotContain(bed.Log.Entries, e => e.Id == 2004);
        Assert.Equal(1, bed.Server.TotalConnections);
    }

    [Fact]
    public async Task A_500_to_BDAT_of_another_end_point_is_not_remembered_for_this_one()
    {
        await using var other = SmtpTestServer.Start();
        await using var bed = SmtpBed.Start();
        bed.Server.On(SmtpVerb.Bdat, "500 5.5.2 what");
        await bed.SendAsync(SmtpBed.Mails("a"));
        bed.Settings.Port = other.Port;
        Assert.Null(await bed.SendAsync(SmtpBed.Mails("b")));
        Assert.True(other.Messages.Single().ByBdat);
    }
}
