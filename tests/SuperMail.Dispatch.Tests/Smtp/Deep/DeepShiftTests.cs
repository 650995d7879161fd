using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Tests.Smtp.Deep.DeepBed;

namespace SuperMail.Dispatch.Tests.Smtp.Deep;

/// <summary>Two faults in one flight: what the first one hides, the second must not make certain.</summary>
public sealed class DeepShiftTests
{
    private static readonly SmtpAction s_oneTooMany = SmtpAction.Default.ThenSurplus("250 2.0.0 surplus\r\n");

    public static TheoryData<bool> Codes => [true, false];

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task A_reply_too_many_before_a_break_does_not_pass_for_the_one_that_never_came(bool enhanced)
    {
        await using var bed = Start(enhanced);
        bed.Server.On(SmtpVerb.Rcpt, s_oneTooMany, For("r5"));
        bed.Server.On(SmtpVerb.EndOfData, SmtpAction.Close, ContentFor("r5"));
        var mails = Many(8);
        await bed.SendAsync(mails);

        // The first content led its flight, and has the first reply.
        Assert.All(mails.Take(enhanced ? 5 : 1), static m => Assert.Equal(VerdictKind.Sent, m.Kind));
        Assert.All(mails.Skip(enhanced ? 5 : 1), static m => Assert.Equal(VerdictKind.InDoubt, m.Kind));
        Assert.Equal(5, bed.Server.MessagesAccepted);
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task A_reply_too_many_before_a_refusal_makes_nobody_sent_although_the_last_reply_is_late(bool enhanced)
    {
        await using var bed = Start(enhanced);
        var late = new TaskCompletionSource();
        bed.Server.On(SmtpVerb.Rcpt, s_oneTooMany, For("r5"));
        bed.Server.On(SmtpVerb.EndOfData, "554 5.6.0 not that", ContentFor("r6"));
        bed.Server.On(SmtpVerb.EndOfData, SmtpAction.Default.After(late.Task), ContentFor("r7"));
        var mails = Many(8);
        await using (var session = await bed.Transport.OpenAsync(SmtpBed.Token))
        {
            var fault = await Assert.ThrowsAsync<MailTransportException>(async () => await session.SendAsync(new TestFeed(mails), SmtpBed.Token));
            Assert.Contains("RSET was refused", fault.Message, StringComparison.Ordinal);
        }

        late.SetResult();
        Assert.DoesNotContain(mails.Skip(5), static m => m.Kind != VerdictKind.InDoubt);
        Assert.Contains(bed.Log.Entries, static e => e.Id == 2004);
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task A_reply_too_many_behind_the_last_recipient_of_all_does_not_pass_for_the_late_refusal_of_its_content(bool enhanced)
    {
        await using var bed = Start(enhanced);
        var late = new TaskCompletionSource();
        bed.Server.On(SmtpVerb.Rcpt, s_oneTooMany, For("r7"));
        var refusal = bed.Server.On(SmtpVerb.EndOfData, SmtpAction.Reply("554 5.6.0 not that").After(late.Task), ContentFor("r7"));
        var mails = Many(8);
        var sending = bed.SendAsync(mails);
        await refusal.WaitForHitsAsync(1, SmtpBed.Token);
        late.SetResult();
        Assert.Contains("RSET was refused", (await sending)!.Message, StringComparison.Ordinal);
        Assert.All(mails.Take(7), m => Assert.Equal(enhanced ? VerdictKind.Sent : VerdictKind.InDoubt, m.Kind));
        Assert.Equal(VerdictKind.InDoubt, mails[7].Kind);
    }

    [Fact]
    public async Task Behind_the_last_message_that_a_relay_takes_there_is_no_RSET_that_it_could_close_on()
    {
        await using var bed = SmtpBed.Start(WireMode.Deep, static options => (options.MessageLimit, options.MessageLimitReply) = (5, null));
        await bed.SendAsync(Many(12));
        await bed.SendAsync(Many(12)); // twice: the limit is known
        var mails = Many(5);
        Assert.Null(await bed.SendAsync(mails));
        Assert.All(mails, static m => Assert.Equal(VerdictKind.Sent, m.Kind));
        Assert.Equal("(24 octets)", (await bed.LinesAsync(3)).Last(static line => line is not "QUIT"));
    }

    [Fact]
    public async Task A_reply_too_many_before_a_refusal_makes_nobody_sent_although_the_relay_then_takes_its_leave()
    {
        await using var bed = Start();
        bed.Server.On(SmtpVerb.Rcpt, s_oneTooMany, For("r3"));
        bed.Server.On(SmtpVerb.EndOfData, "554 5.6.0 not that", ContentFor("r3"));
        bed.Server.On(SmtpVerb.Mail, "421 4.7.0 too many errors", c => c.MessagesAccepted == 3 && c.Occurrence == 6);
        var mails = Many(8);
        await bed.SendAsync(mails);
        Assert.All(mails.Take(3), static m => Assert.Equal(VerdictKind.Sent, m.Kind));
        Assert.Equal(VerdictKind.InDoubt, mails[3].Kind);
        Assert.DoesNotContain(mails.Skip(4), static m => m.Kind is VerdictKind.Sent or VerdictKind.Failed);
        Assert.Equal(3, bed.Server.MessagesAccepted);
    }

    [Theory]
    [InlineData(WireMode.Deep)]
    [InlineData(WireMode.StandardBdat)]
    public async Task Whose_end_has_not_left_was_not_taken_whatever_the_relay_says(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode);
        bed.Server.On(SmtpVerb.Content, SmtpAction.Raw("250 2.0.0 early\r\n").Refusing().ThenReset(), when: static c => c.ContentLength > 0, times: 1);
        var large = new TestMail("a@example.net", (Enumerable.Repeat((byte)'x', 32 * 1024 * 1024).ToArray(), false));
        Assert.NotNull(await bed.SendAsync(large));
        Assert.Equal((VerdictKind.Retry, new EnhancedStatusCode(4, 4, 2)), (large.Verdict!.Kind, large.Verdict.EnhancedCode));
    }

    [Theory]
    [InlineData(WireMode.Deep)]
    [InlineData(WireMode.StandardBdat)]
    [InlineData(WireMode.StandardData)]
    [InlineData(WireMode.OffBdat)]
    [InlineData(WireMode.OffData)]
    public async Task A_2xx_while_content_leaves_does_not_pass_for_the_reply_that_never_comes(WireMode mode)
    {
        await using var bed = SmtpBed.Start(mode);
        bed.Server.On(SmtpVerb.Content, SmtpAction.Raw("250 2.0.0 early\r\n"), when: static c => c.ContentLength > 0, times: 1);
        bed.Server.On(SmtpVerb.EndOfData, SmtpAction.Close, ContentFor("a"));
        var large = new TestMail("a@example.net", (Enumerable.Repeat("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd\r\n"u8.ToArray(), 512 * 1024).SelectMany(static b => b).ToArray(), false));
        Assert.NotNull(await bed.SendAsync(large));
        Assert.Equal((VerdictKind.InDoubt, 0), (large.Kind, bed.Server.MessagesAccepted));
        Assert.Equal(mode is WireMode.OffBdat or WireMode.OffData ? 0 : 1, bed.Log.Entries.Count(static e => e.Id == 2004 && e.Text.Contains("a reply too many", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Behind_a_421_of_a_relay_that_goes_on_all_the_same_what_it_may_have_taken_is_in_doubt()
    {
        await using var bed = Start();
        bed.Server.On(SmtpVerb.Rcpt, SmtpAction.Reply("421 4.3.2 going down").ThenContinue(), For("r2"));
        bed.Server.On(SmtpVerb.EndOfData, SmtpAction.Close.Accepting(), ContentFor("r3"));
        var mails = Many(6);
        await bed.SendAsync(mails);
        Assert.All(mails.Take(2), static m => Assert.Equal(VerdictKind.Sent, m.Kind));
        Assert.Equal(VerdictKind.NotSent, mails[2].Kind);
        Assert.All(mails.Skip(3), static m => Assert.Equal(VerdictKind.InDoubt, m.Kind));
        Assert.Equal(3, bed.Server.MessagesAccepted);
    }

    [Fact]
    public async Task A_feed_that_fails_in_the_middle_of_a_flight_leaves_no_QUIT_behind_contents_without_reply()
    {
        await using var bed = Start();
        bed.Settings.PipelineDepth = 8;
        var late = new TaskCompletionSource();
        bed.Server.On(SmtpVerb.EndOfData, SmtpAction.Default.After(late.Task), ContentFor("r5"));
        var mails = Many(12);
        var feed = new TestFeed(mails).Holding(9, Task.FromException(new InvalidOperationException("the feed")));
        await using (var session = await bed.Transport.OpenAsync(SmtpBed.Token))
        {
            var fault = await Assert.ThrowsAsync<InvalidOperationException>(async () => await session.SendAsync(feed, SmtpBed.Token));
            Assert.Equal("the feed", fault.Message);
        }

        late.SetResult();
        Assert.All(mails.Take(4), static m => Assert.Equal(VerdictKind.Sent, m.Kind));
        Assert.All(mails.Skip(4).Take(4), static m => Assert.Equal(VerdictKind.InDoubt, m.Kind));
        Assert.Equal(VerdictKind.NotSent, mails[8].Kind);
        await bed.Server.WaitForIdleAsync(SmtpBed.Token);
        Assert.Equal(0, bed.Server.CountOf(SmtpVerb.Quit));
    }
}
