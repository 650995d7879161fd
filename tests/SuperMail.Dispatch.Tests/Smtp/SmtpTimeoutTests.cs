using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Smtp;

public sealed class SmtpTimeoutTests
{
    [Theory]
    [InlineData(SmtpVerb.Mail, 300, VerdictKind.NotSent, "Timeouts:Envelope")]
    [InlineData(SmtpVerb.Rcpt, 300, VerdictKind.NotSent, "Timeouts:Envelope")]
    [InlineData(SmtpVerb.Data, 120, VerdictKind.NotSent, "Timeouts:Data")]
    [InlineData(SmtpVerb.EndOfData, 600, VerdictKind.InDoubt, "Timeouts:EndOfData")]
    public async Task A_reply_that_does_not_come_ends_the_connection_at_its_deadline(SmtpVerb verb, int seconds, VerdictKind kind, string setting)
    {
        // The reply to DATA is waited for with others in a group, which are then waited for too.
        foreach (var mode in verb == SmtpVerb.Data ? new[] { WireMode.OffData } : [WireMode.OffData, WireMode.StandardData])
        {
            var clock = new FakeClock();
            await using var bed = SmtpBed.Start(mode, clock: clock);
            var rule = bed.Server.On(verb, SmtpAction.Hang);
            var mail = new TestMail("a@example.net");
            var sending = bed.SendAsync(mail);
            await rule.WaitForHitsAsync(1, SmtpBed.Token);
            var fault = await AdvanceUntilAsync(clock, sending, TimeSpan.FromSeconds(seconds));
            Assert.Equal(TransportFault.Connection, fault!.Fault);
            Assert.Contains(setting, fault.Message, StringComparison.Ordinal);
            Assert.Equal(kind, mail.Kind);
        }
    }

    [Fact]
    public async Task A_missing_reply_of_a_group_gives_up_PIPELINING()
    {
        // RCPT is swallowed, so the reply to DATA passes for its own and the last one never comes. By the real clock:
        // only the wait for that last reply is short.
        await using var bed = SmtpBed.Start(WireMode.StandardData);
        bed.Settings.Timeouts.Data = TimeSpan.FromMilliseconds(50);
        bed.Server.On(SmtpVerb.Rcpt, SmtpAction.Swallow);
        var mail = new TestMail("a@example.net");
        Assert.NotNull(await bed.SendAsync(mail));
        Assert.Equal(VerdictKind.NotSent, mail.Kind);
        Assert.Contains(bed.Log.Entries, e => e.Id == 2004);
    }

    [Fact]
    public async Task A_354_in_the_place_of_the_reply_to_RCPT_tells_that_the_one_to_the_content_was_swallowed()
    {
        await using var bed = SmtpBed.Start(WireMode.StandardData);
        bed.Settings.Timeouts.Data = TimeSpan.FromSeconds(3); // the first DATA is answered, on a busy machine too
        bed.Server.On(SmtpVerb.EndOfData, SmtpAction.Swallow.Refusing(), times: 1);
        var mails = SmtpBed.Mails("a", "b");
        Assert.NotNull(await bed.SendAsync(mails));
        Assert.Equal([VerdictKind.InDoubt, VerdictKind.NotSent], mails.Select(static m => m.Kind!.Value));
    }

    [Fact]
    public async Task A_greeting_that_does_not_come_is_a_fault_that_names_its_setting()
    {
        var clock = new FakeClock();
        await using var bed = SmtpBed.Start(clock: clock);
        var rule = bed.Server.On(SmtpVerb.Connect, SmtpAction.Hang);
        var opening = OpenAsync(bed);
        await rule.WaitForHitsAsync(1, SmtpBed.Token);
        await clock.WaitForTimerDueInAsync(TimeSpan.FromSeconds(300), SmtpBed.Token);
        var fault = await AdvanceUntilAsync(clock, opening, TimeSpan.FromSeconds(300));
        Assert.Equal((TransportFault.Connection, DeliveryPhase.Connect), (fault!.Fault, fault.Phase));
        Assert.Contains("Mailing:Email:Timeouts:Greeting (now 00:05:00)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handshake_that_hangs_ends_at_its_deadline()
    {
        var clock = new FakeClock();
        await using var bed = SmtpBed.Start(configure: options => options.ImplicitTls = true, clock: clock);
        bed.Settings.UseSsl = true;
        bed.Settings.TlsMode = SmtpTlsMode.Implicit;
        var rule = bed.Server.On(SmtpVerb.TlsHandshake, SmtpAction.Hang);
        var opening = OpenAsync(bed);
        await rule.WaitForHitsAsync(1, SmtpBed.Token);
        await clock.WaitForTimerDueInAsync(TimeSpan.FromSeconds(60), SmtpBed.Token);
        var fault = await AdvanceUntilAsync(clock, opening, TimeSpan.FromSeconds(60));
        Assert.Equal((TransportFault.Connection, DeliveryPhase.Tls), (fault!.Fault, fault.Phase));
    }

    [Fact]
    public async Task A_block_that_is_not_taken_is_charged_to_its_message_alone()
    {
        var clock = new FakeClock();
        await using var bed = SmtpBed.Start(WireMode.StandardBdat, clock: clock);
        var rule = bed.Server.On(SmtpVerb.Content, SmtpAction.Stall);
        var mail = new TestMail("a@example.net", (new byte[48 * 1024 * 1024], false));
        var sending = bed.SendAsync(mail);
        await rule.WaitForHitsAsync(1, SmtpBed.Token);
        var fault = await AdvanceUntilAsync(clock, sending, TimeSpan.FromSeconds(180));
        Assert.Equal(TransportFault.Connection, fault!.Fault);
        Assert.Equal(VerdictKind.Retry, mail.Kind);
    }

    [Fact]
    public async Task A_QUIT_that_is_not_answered_is_not_waited_for_long()
    {
        var clock = new FakeClock();
        await using var bed = SmtpBed.Start(clock: clock);
        var rule = bed.Server.On(SmtpVerb.Quit, SmtpAction.Hang);
        var session = await bed.Transport.OpenAsync(SmtpBed.Token);
        var leaving = session.DisposeAsync().AsTask();
        await rule.WaitForHitsAsync(1, SmtpBed.Token);
        await AdvanceUntilAsync(clock, ToFault(leaving), TimeSpan.FromSeconds(5));
        await session.DisposeAsync();

        static async Task<MailTransportException?> ToFault(Task task)
        {
            await task;
            return null;
        }
    }

    [Fact]
    public async Task Each_reply_has_its_own_deadline()
    {
        // Slow but never silent for as long as a reply may take: nothing ends.
        var clock = new FakeClock();
        await using var bed = SmtpBed.Start(WireMode.StandardData, clock: clock);
        var (one, two) = (new TaskCompletionSource(), new TaskCompletionSource());
        var mail = bed.Server.On(SmtpVerb.Mail, SmtpAction.Default.After(one.Task));
        var rcpt = bed.Server.On(SmtpVerb.Rcpt, SmtpAction.Default.After(two.Task));
        var message = new TestMail("a@example.net");
        var sending = bed.SendAsync(message);
        await mail.WaitForHitsAsync(1, SmtpBed.Token);
        await clock.WaitForTimersAsync(1, SmtpBed.Token);
        clock.Advance(TimeSpan.FromSeconds(299));
        one.SetResult();
        await rcpt.WaitForHitsAsync(1, SmtpBed.Token);
        two.SetResult();
        Assert.Null(await sending);
        Assert.Equal(VerdictKind.Sent, message.Kind);
    }

    private static async Task<MailTransportException?> OpenAsync(SmtpBed bed) =>
        await Assert.ThrowsAsync<MailTransportException>(() => bed.Transport.OpenAsync(SmtpBed.Token).AsTask());

    /// <summary>The wait may not have begun when the server has what it waits for: time passes until it ends, in whole deadlines.</summary>
    private static async Task<MailTransportException?> AdvanceUntilAsync(FakeClock clock, Task<MailTransportException?> ending, TimeSpan deadline)
    {
        while (!ending.IsCompleted)
        {
            var timer = clock.WaitForTimersAsync(1, SmtpBed.Token);
            await Task.WhenAny(timer, ending);
            clock.Advance(deadline);
            await Task.Yield();
        }

        return await ending;
    }
}
