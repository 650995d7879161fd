using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Smtp;

public sealed class SmtpRefusalTests
{
    public static TheoryData<WireMode> Modes => SmtpBed.AllModes;

    private static Func<ReceivedCommand, bool> To(string name) => c => c.Argument.Contains($"<{name}@", StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task A_refused_recipient_costs_nothing_but_itself(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode);
        bed.Server.On(SmtpVerb.Rcpt, "550 5.1.1 no such user", when: To("b"));
        var mails = SmtpBed.Mails("a", "b", "c", "d");
        Assert.Null(await bed.SendAsync(mails));
        Assert.Equal([VerdictKind.Sent, VerdictKind.Failed, VerdictKind.Sent, VerdictKind.Sent], mails.Select(m => m.Kind!.Value));
        Assert.Equal((DeliveryPhase.Rcpt, 550, RelaySignal.None), (mails[1].Verdict!.Phase, mails[1].Verdict!.ReplyCode, mails[1].Verdict!.Signal));
        Assert.Equal(1, bed.Server.TotalConnections);
        Assert.Equal((4, 4, 1), (bed.Server.CountOf(SmtpVerb.Mail), bed.Server.CountOf(SmtpVerb.Rcpt), bed.Server.CountOf(SmtpVerb.Rset)));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task RSET_goes_before_the_next_MAIL_and_only_there(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode);
        bed.Server.On(SmtpVerb.Rcpt, "450 4.2.0 later", when: To("a"));
        var mails = SmtpBed.Mails("a", "b", "c");
        Assert.Null(await bed.SendAsync(mails));
        Assert.Equal([VerdictKind.Retry, VerdictKind.Sent, VerdictKind.Sent], mails.Select(m => m.Kind!.Value));
        var lines = (await bed.LinesAsync()).Where(l => l.StartsWith("RSET", StringComparison.Ordinal) || l.StartsWith("RCPT", StringComparison.Ordinal));
        Assert.Equal(["RCPT TO:<a@example.net>", "RSET", "RCPT TO:<b@example.net>", "RCPT TO:<c@example.net>"], lines);
    }

    [Theory]
    [InlineData(WireMode.StandardData)]
    public async Task DATA_accepted_without_recipients_is_ended_by_the_lone_dot(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode, options => options.AcceptDataWithoutRecipients = true);
        bed.Server.On(SmtpVerb.Rcpt, "550 5.1.1 no such user", when: To("b"));
        var mails = SmtpBed.Mails("a", "b", "c");
        Assert.Null(await bed.SendAsync(mails));
        Assert.Equal([VerdictKind.Sent, VerdictKind.Failed, VerdictKind.Sent], mails.Select(m => m.Kind!.Value));
        Assert.Equal(1, bed.Server.TotalConnections);
        Assert.Equal(2, bed.Server.MessagesAccepted);
        Assert.Equal(3, bed.Server.CountOf(SmtpVerb.EndOfData));
    }

    [Fact]
    public async Task DATA_accepted_although_MAIL_was_refused_closes_without_a_dot()
    {
        await using var bed = SmtpBed.Start(WireMode.StandardData);
        bed.Server.On(SmtpVerb.Mail, "550 5.7.1 sender refused", when: c => c.Occurrence == 2);
        bed.Server.On(SmtpVerb.Data, "354 go on all the same", when: c => c.Occurrence == 2);
        var mails = SmtpBed.Mails("a", "b", "c");
        var feed = new TestFeed(mails);
        Assert.Null(await bed.SendAsync(feed));
        Assert.False(feed.IsExhausted);
        Assert.Equal([VerdictKind.Sent, VerdictKind.NotSent], mails.Take(2).Select(m => m.Kind!.Value));
        Assert.Equal(RelaySignal.SenderRefused, mails[1].Verdict!.Signal);
        Assert.Equal(1, bed.Server.CountOf(SmtpVerb.EndOfData));
        Assert.Equal(0, bed.Server.CountOf(SmtpVerb.Quit));
        Assert.Null(await bed.SendAsync(feed));
        Assert.Equal(VerdictKind.Sent, mails[2].Kind);
    }

    [Theory]
    [InlineData(WireMode.OffBdat)]
    [InlineData(WireMode.StandardBdat)]
    public async Task After_a_refused_BDAT_the_replies_behind_it_are_void_and_the_envelope_is_said_again(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode, options => options.KeepTransactionAfterRefusedBdat = true);
        bed.Server.On(SmtpVerb.Bdat, "554 5.7.1 looks like spam", times: 1);
        var mails = SmtpBed.Mails("a", "b", "c");
        Assert.Null(await bed.SendAsync(mails));
        Assert.Equal([VerdictKind.Failed, VerdictKind.Sent, VerdictKind.Sent], mails.Select(m => m.Kind!.Value));
        Assert.Equal(["b@example.net", "c@example.net"], bed.Server.Messages.Select(m => m.Recipients.Single()));
        Assert.Equal(1, bed.Server.CountOf(SmtpVerb.Rset));
        Assert.Equal(1, bed.Server.TotalConnections);
    }

    [Theory]
    [InlineData(WireMode.OffData)]
    [InlineData(WireMode.StandardData)]
    public async Task A_refused_end_of_data_leaves_the_next_envelope_standing(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode);
        bed.Server.On(SmtpVerb.EndOfData, "451 4.7.1 greylisted", times: 1);
        var mails = SmtpBed.Mails("a", "b");
        Assert.Null(await bed.SendAsync(mails));
        Assert.Equal([VerdictKind.Retry, VerdictKind.Sent], mails.Select(m => m.Kind!.Value));
        Assert.Equal((DeliveryPhase.EndOfData, RelaySignal.None), (mails[0].Verdict!.Phase, mails[0].Verdict!.Signal));
        Assert.Equal(2, bed.Server.CountOf(SmtpVerb.Mail));
    }

    [Theory]
    [InlineData(WireMode.OffData)]
    [InlineData(WireMode.StandardData)]
    public async Task A_refused_DATA_is_the_messages_own_and_RSET_follows(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode);
        bed.Server.On(SmtpVerb.Data, "554 5.5.1 not now", times: 1);
        var mails = SmtpBed.Mails("a", "b");
        Assert.Null(await bed.SendAsync(mails));
        Assert.Equal([VerdictKind.Failed, VerdictKind.Sent], mails.Select(m => m.Kind!.Value));
        Assert.Equal(DeliveryPhase.Data, mails[0].Verdict!.Phase);
        Assert.Equal(1, bed.Server.CountOf(SmtpVerb.Rset));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Eight_errors_change_the_connection_and_charge_nobody(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode, options => options.ErrorLimit = 20);
        bed.Server.On(SmtpVerb.Rcpt, "550 5.1.1 no such user", when: c => c.Argument.Contains("<bad", StringComparison.Ordinal));
        var mails = SmtpBed.Mails([.. Enumerable.Range(0, 40).Select(i => $"bad{i}"), "good"]);
        await bed.SendAllAsync(mails);
        Assert.All(mails.SkipLast(1), mail => Assert.Equal(VerdictKind.Failed, mail.Kind));
        Assert.Equal(VerdictKind.Sent, mails[^1].Kind);
        await bed.Server.WaitForIdleAsync(SmtpBed.Token);
        Assert.All(bed.Server.Connections, connection => Assert.InRange(connection.Errors, 0, 9));
        Assert.Equal(bed.Server.TotalConnections, bed.Server.CountOf(SmtpVerb.Quit));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task An_accepted_message_forgives_the_errors_before_it(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode);
        bed.Server.On(SmtpVerb.Rcpt, "550 5.1.1 no such user", when: c => c.Argument.Contains("<bad", StringComparison.Ordinal));
        var mails = SmtpBed.Mails([.. Enumerable.Range(0, 40).Select(i => i % 3 == 0 ? $"bad{i}" : $"good{i}")]);
        Assert.Null(await bed.SendAsync(mails));
        Assert.Equal(1, bed.Server.TotalConnections);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task A_refused_RSET_ends_the_connection_and_charges_nobody(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode);
        bed.Server.On(SmtpVerb.Rcpt, "550 5.1.1 no such user", when: To("a"));
        bed.Server.On(SmtpVerb.Rset, "502 5.5.1 what", times: 1);
        var mails = SmtpBed.Mails("a", "b");
        Assert.Null(await bed.SendAsync(mails));
        Assert.Equal([VerdictKind.Failed, VerdictKind.NotSent], mails.Select(m => m.Kind!.Value));
        Assert.Equal(Verdict.NotSent, mails[1].Verdict);
    }

    [Theory]
    [InlineData(WireMode.OffData, SmtpVerb.Mail, "451 4.3.0 later", VerdictKind.NotSent, RelaySignal.SlowDown)]
    [InlineData(WireMode.StandardData, SmtpVerb.Mail, "451 4.3.0 later", VerdictKind.NotSent, RelaySignal.SlowDown)]
    [InlineData(WireMode.StandardBdat, SmtpVerb.Mail, "550 5.7.1 sender denied", VerdictKind.NotSent, RelaySignal.SenderRefused)]
    [InlineData(WireMode.StandardBdat, SmtpVerb.Mail, "530 5.7.0 authentication required", VerdictKind.NotSent, RelaySignal.Pause)]
    [InlineData(WireMode.StandardBdat, SmtpVerb.Rcpt, "450 4.7.1 greylisted", VerdictKind.Retry, RelaySignal.None)]
    [InlineData(WireMode.StandardBdat, SmtpVerb.Rcpt, "452 4.5.3 too many recipients", VerdictKind.NotSent, RelaySignal.SlowDown)]
    [InlineData(WireMode.StandardBdat, SmtpVerb.Rcpt, "452 4.3.2 busy", VerdictKind.NotSent, RelaySignal.SlowDown)]
    [InlineData(WireMode.StandardBdat, SmtpVerb.Rcpt, "552 5.3.1 too many", VerdictKind.Retry, RelaySignal.None)]
    [InlineData(WireMode.StandardBdat, SmtpVerb.Rcpt, "552 5.2.2 mailbox full", VerdictKind.Failed, RelaySignal.None)]
    [InlineData(WireMode.StandardBdat, SmtpVerb.Rcpt, "251 2.1.5 will forward", VerdictKind.Sent, RelaySignal.None)]
    [InlineData(WireMode.StandardBdat, SmtpVerb.EndOfData, "454 Throttling failure: Maximum sending rate exceeded", VerdictKind.NotSent, RelaySignal.SlowDown)]
    [InlineData(WireMode.StandardData, SmtpVerb.EndOfData, "550 5.4.5 Daily user sending limit exceeded", VerdictKind.NotSent, RelaySignal.Pause)]
    [InlineData(WireMode.StandardData, SmtpVerb.Rcpt, "452 4.2.2 daily limit of this mailbox exceeded", VerdictKind.Retry, RelaySignal.None)]
    [InlineData(WireMode.StandardData, SmtpVerb.EndOfData, "554 5.7.1 spam", VerdictKind.Failed, RelaySignal.None)]
    [InlineData(WireMode.StandardData, SmtpVerb.EndOfData, "432 4.7.12 password transition", VerdictKind.NotSent, RelaySignal.SlowDown)]
    public async Task Each_reply_has_its_verdict(WireMode mode, SmtpVerb verb, string reply, VerdictKind kind, RelaySignal signal)
    {
        await using var bed = SmtpBed.Start(mode);
        bed.Server.On(verb, reply);
        var mail = new TestMail("a@example.net");
        Assert.Null(await bed.SendAsync(mail));
        Assert.Equal((kind, signal), (mail.Verdict!.Kind, mail.Verdict.Signal));
        Assert.Equal(reply.Contains("Daily", StringComparison.Ordinal) ? TimeSpan.FromHours(24) : null, mail.Verdict.ResumeAfter);
    }

    [Fact]
    public async Task An_enhanced_code_of_another_class_than_the_reply_is_ignored()
    {
        await using var bed = SmtpBed.Start();
        bed.Server.On(SmtpVerb.Rcpt, "550 4.1.1 contradiction");
        var mail = new TestMail("a@example.net");
        await bed.SendAsync(mail);
        Assert.True(mail.Verdict!.EnhancedCode.IsNone);
        Assert.Equal((VerdictKind.Failed, "4.1.1 contradiction"), (mail.Verdict.Kind, mail.Verdict.Text));
    }

    [Fact]
    public async Task The_text_of_a_verdict_is_short_and_clean()
    {
        await using var bed = SmtpBed.Start();
        bed.Server.On(SmtpVerb.Rcpt, SmtpAction.Raw($"550-5.1.1 a\u0007b\r\n550 5.1.1 {new string('x', 2000)}\r\n"));
        var mail = new TestMail("a@example.net");
        await bed.SendAsync(mail);
        Assert.Equal(512, mail.Verdict!.Text!.Length);
        Assert.StartsWith("a b xxx", mail.Verdict.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(WireMode.OffData)]
    [InlineData(WireMode.OffBdat)]
    public async Task A_reply_that_came_before_its_command_never_passes_for_that_of_a_later_one(WireMode mode)
    {
        // Taken for the reply to RCPT it would make RCPT's own pass for the end of data's: the message would count as
        // sent whatever the relay says of it.
        await using var bed = SmtpBed.Start(mode);
        bed.Server.On(SmtpVerb.Mail, SmtpAction.Default.ThenSurplus("250 2.0.0 surplus\r\n"));
        bed.Server.On(SmtpVerb.EndOfData, "554 5.6.0 not that");
        var mail = new TestMail("a@example.net");
        var fault = await bed.SendAsync(mail);
        Assert.Equal((TransportFault.Connection, DeliveryPhase.Rcpt), (fault!.Fault, fault.Phase));
        Assert.Equal(VerdictKind.NotSent, mail.Kind);
        Assert.Equal(0, bed.Server.CountOf(SmtpVerb.Rcpt));
    }

    [Fact]
    public async Task A_421_that_came_before_its_command_is_the_reply_to_it()
    {
        await using var bed = SmtpBed.Start(WireMode.OffData);
        bed.Server.On(SmtpVerb.Mail, SmtpAction.Default.ThenSurplus("421 4.3.2 going down\r\n"));
        var mail = new TestMail("a@example.net");
        Assert.Equal(TransportFault.SlowDown, (await bed.SendAsync(mail))!.Fault);
        Assert.Equal((VerdictKind.NotSent, 421), (mail.Kind!.Value, mail.Verdict!.ReplyCode));
    }
}
