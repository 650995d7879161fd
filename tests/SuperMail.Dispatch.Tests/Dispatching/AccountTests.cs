using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Tests.Dispatching.DispatcherUnderTest;

namespace SuperMail.Dispatch.Tests.Dispatching;

public class AccountTests
{
    private static readonly Verdict NoSuchUser = new()
    {
        Kind = VerdictKind.Failed, Phase = DeliveryPhase.Rcpt, ReplyCode = 550, EnhancedCode = new(5, 1, 1), Text = "no such user",
    };

    private static readonly Verdict Greylisted = new()
    {
        Kind = VerdictKind.Retry, Phase = DeliveryPhase.Rcpt, ReplyCode = 450, EnhancedCode = new(4, 2, 0), Text = "try again",
    };

    private static readonly Verdict Taken = new() { Kind = VerdictKind.Sent, ReplyCode = 250 };

    [Fact]
    public async Task An_empty_mailing_completes_at_once_with_zero_counts()
    {
        var transport = new RecordingTransport();
        await using var tested = new DispatcherUnderTest(transport: transport);
        var report = await tested.Dispatcher.SendAsync(Mailing(0), cancellationToken: Token);
        Assert.Equal(MailingState.Completed, report.State);
        Assert.Equal(0, report.Counts.Accepted);
        Assert.Equal(0, transport.Connections);
    }

    [Fact]
    public async Task A_bad_recipient_fails_alone_and_a_repeated_one_is_a_duplicate()
    {
        var transport = new RecordingTransport();
        await using var tested = new DispatcherUnderTest(transport: transport);
        Recipient[] recipients =
        [
            new("good@example.com"), new(null), new("not an address"), new("GOOD@EXAMPLE.com"), new("a@b.example\r\nRCPT TO:<x@y.example>"), new("other@example.com"),
        ];
        var report = await tested.Dispatcher.SendAsync(new EmailMailing("T", new TemplateContent { Subject = "S", Text = "T" }, recipients), cancellationToken: Token);
        Assert.Equal(MailingState.CompletedWithErrors, report.State);
        Assert.Equal((6, 2, 3, 1), (report.Counts.Accepted, report.Counts.Sent, report.Counts.Failed, report.Counts.Duplicate));

        var outcomes = await tested.Dispatcher.GetOutcomesAsync(report.Id, null, Token).ToArrayAsync(Token);
        Assert.Equal([RecipientState.Failed, RecipientState.Failed, RecipientState.Failed], new long[] { 1, 2, 4 }.Select(o => outcomes.Single(x => x.Ordinal == o).State));
        Assert.Equal(RecipientState.Duplicate, outcomes.Single(x => x.Ordinal == 3).State);
        Assert.NotNull(outcomes.Single(x => x.Ordinal == 2).Failure?.Text);
    }

    [Fact]
    public async Task A_refused_recipient_is_failed_with_the_reply_and_the_rest_goes()
    {
        var transport = new RecordingTransport(m => m.Envelope.To.LocalPart == "user7" ? NoSuchUser : Taken);
        await using var tested = new DispatcherUnderTest(transport: transport);
        var report = await tested.Dispatcher.SendAsync(Mailing(50), cancellationToken: Token);
        Assert.Equal((49, 1), (report.Counts.Sent, report.Counts.Failed));
        var status = await tested.Dispatcher.GetRecipientAsync(report.Id, 7, Token);
        Assert.Equal(RecipientState.Failed, status!.State);
        Assert.Equal("user7@example.com", status.Address);
        Assert.Equal((550, "5.1.1", "no such user"), (status.Failure!.ReplyCode, status.Failure.EnhancedCode.ToString(), status.Failure.Text));
    }

    [Fact]
    public async Task A_transient_refusal_is_tried_again_when_it_is_due_and_counts_its_attempts()
    {
        var clock = new FakeClock();
        var attempts = 0;
        var transport = new RecordingTransport(m => m.Envelope.To.LocalPart == "user3" && Interlocked.Increment(ref attempts) < 3 ? Greylisted : Taken);
        await using var tested = new DispatcherUnderTest(transport: transport, time: clock);
        var first = await tested.Dispatcher.SendAsync(Mailing(10), new SendOptions { Until = SendUntil.FirstPass }, cancellationToken: Token);
        Assert.Equal((9, 1, MailingState.Retrying), (first.Counts.Sent, first.Counts.Retry, first.State));

        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(1, Volatile.Read(ref attempts));
        clock.Advance(TimeSpan.FromSeconds(8)); // one minute and a tenth of jitter are over
        await Until(() => ValueTask.FromResult(Volatile.Read(ref attempts) == 2));
        await Until(async () => (await tested.Dispatcher.GetStatusAsync(first.Id, Token)).NextDue is not null);
        clock.Advance(TimeSpan.FromMinutes(5.5));
        var end = tested.Dispatcher.WaitAsync(first.Id, Token);
        var report = await end;
        Assert.Equal(10, report.Counts.Sent);
        Assert.Equal(3, attempts);
        var ids = transport.Messages.Where(m => m.Envelope.To.LocalPart == "user3").Select(m => m.Text.Split('\n').Single(l => l.StartsWith("Message-ID:", StringComparison.OrdinalIgnoreCase)));
        Assert.Single(ids.Distinct());
    }

    [Fact]
    public async Task A_recipient_is_given_up_after_its_last_attempt()
    {
        var transport = new RecordingTransport(_ => Greylisted);
        await using var tested = new DispatcherUnderTest(s => s.Email.Retry.MaxAttempts = 1, transport: transport);
        var report = await tested.Dispatcher.SendAsync(Mailing(2), cancellationToken: Token);
        Assert.Equal(2, report.Counts.Failed);
        Assert.Equal(OutcomeReason.GaveUp, (await tested.Dispatcher.GetRecipientAsync(report.Id, 0, Token))!.Reason);
    }

    [Fact]
    public async Task Ten_alike_refusals_pause_the_mailing_and_give_them_back_uncharged()
    {
        var refuse = true;
        var transport = new RecordingTransport(_ => Volatile.Read(ref refuse) ? NoSuchUser : Taken);
        await using var tested = new DispatcherUnderTest(transport: transport);
        var paused = await Assert.ThrowsAsync<MailingPausedException>(() => tested.Dispatcher.SendAsync(Mailing(100), cancellationToken: Token));
        Assert.Contains("no such user", paused.Reason, StringComparison.Ordinal);
        Assert.Equal((0, 0, MailingState.Paused), (paused.Report.Counts.Sent, paused.Report.Counts.Failed, paused.Report.State));

        Volatile.Write(ref refuse, false);
        await tested.Dispatcher.ResumeAsync(paused.Id, Token);
        var report = await tested.Dispatcher.WaitAsync(paused.Id, Token);
        Assert.Equal((100, 0), (report.Counts.Sent, report.Counts.Failed));
    }

    [Fact]
    public async Task Nine_alike_refusals_and_an_acceptance_pause_nothing()
    {
        var count = 0;
        var transport = new RecordingTransport(_ => Interlocked.Increment(ref count) % 10 != 0 ? NoSuchUser : Taken);
        await using var tested = new DispatcherUnderTest(s => s.Email.SmtpThreads = 1, transport: transport);
        var report = await tested.Dispatcher.SendAsync(Mailing(100), cancellationToken: Token);
        Assert.Equal((10, 90), (report.Counts.Sent, report.Counts.Failed));
    }

    [Fact]
    public async Task Ten_alike_refusals_that_come_one_window_at_a_time_are_given_back_too()
    {
        var refuse = true;
        var transport = new RecordingTransport(_ => Volatile.Read(ref refuse) ? NoSuchUser : Taken);
        await using var tested = new DispatcherUnderTest(
            s =>
            {
                s.BeginWindow = 1;
                s.Email.SmtpThreads = 3;
            },
            transport: transport);
        var paused = await Assert.ThrowsAsync<MailingPausedException>(() => tested.Dispatcher.SendAsync(Mailing(40), cancellationToken: Token));
        Assert.Equal(0, paused.Report.Counts.Failed);
        Volatile.Write(ref refuse, false);
        await tested.Dispatcher.ResumeAsync(paused.Id, Token);
        Assert.Equal(40, (await tested.Dispatcher.WaitAsync(paused.Id, Token)).Counts.Sent);
    }

    [Theory]
    [InlineData(InDoubtPolicy.Hold, 49, 1)]
    [InlineData(InDoubtPolicy.AssumeSent, 50, 0)]
    [InlineData(InDoubtPolicy.Resend, 50, 0)]
    public async Task What_was_pulled_and_never_answered_is_in_doubt_and_follows_the_policy(InDoubtPolicy policy, long sent, long inDoubt)
    {
        var broken = false;
        var transport = new RecordingTransport(m => m.Envelope.To.LocalPart == "user5" && !Interlocked.Exchange(ref broken, true)
            ? throw new MailTransportException(TransportFault.Connection, DeliveryPhase.EndOfData, "cut")
            : Taken);
        await using var tested = new DispatcherUnderTest(transport: transport);
        var report = await tested.Dispatcher.SendAsync(
            new EmailMailing("T", Hello, People(50)) { InDoubtPolicy = policy }, cancellationToken: Token);
        Assert.Equal((sent, inDoubt), (report.Counts.Sent, report.Counts.InDoubt));
        Assert.Equal(policy is InDoubtPolicy.Resend ? 2 : 1, transport.Messages.Count(m => m.Envelope.To.LocalPart == "user5"));
    }

    [Fact]
    public async Task A_doubt_is_resolved_by_sending_again_with_the_same_message_id()
    {
        var broken = false;
        var transport = new RecordingTransport(m => m.Envelope.To.LocalPart == "user5" && !Interlocked.Exchange(ref broken, true)
            ? throw new MailTransportException(TransportFault.Connection, DeliveryPhase.EndOfData, "cut")
            : Taken);
        await using var tested = new DispatcherUnderTest(transport: transport);
        var report = await tested.Dispatcher.SendAsync(Mailing(20), cancellationToken: Token);
        Assert.Equal(MailingState.CompletedWithInDoubt, report.State);

        Assert.Equal(1, await tested.Dispatcher.ResolveInDoubtAsync(report.Id, InDoubtDecision.Resend, null, Token));
        report = await tested.Dispatcher.WaitAsync(report.Id, Token);
        Assert.Equal((20, 0, MailingState.Completed), (report.Counts.Sent, report.Counts.InDoubt, report.State));
        Assert.Equal(0, await tested.Dispatcher.ResolveInDoubtAsync(report.Id, InDoubtDecision.Fail, null, Token));
        var ids = transport.Messages.Where(m => m.Envelope.To.LocalPart == "user5").Select(m => m.Text.Split('\n').Single(l => l.StartsWith("Message-ID:", StringComparison.OrdinalIgnoreCase))).ToArray();
        Assert.Equal(2, ids.Length);
        Assert.Equal(ids[0], ids[1]);
    }

    [Fact]
    public async Task A_resend_goes_to_the_unsent_with_new_message_ids()
    {
        var transport = new RecordingTransport(m => m.Envelope.To.LocalPart is "user3" or "user8" && m.Connection <= 1 ? NoSuchUser : Taken);
        await using var tested = new DispatcherUnderTest(s => s.Email.SmtpThreads = 1, transport: transport);
        var report = await tested.Dispatcher.SendAsync(Mailing(10), cancellationToken: Token);
        Assert.Equal(2, report.Counts.Failed);
        await tested.Dispatcher.SendAsync(Mailing(100, "fill"), cancellationToken: Token); // uses the first connection up

        var again = await tested.Dispatcher.ResendAsync(report.Id, ResendSelection.Unsent, Token);
        var second = await tested.Dispatcher.WaitAsync(again, Token);
        Assert.Equal((2, 2), (second.Counts.Accepted, second.Counts.Sent));
        Assert.Equal(report.Id, second.ResendOf);
        var ids = transport.Messages.Where(m => m.Envelope.To.LocalPart is "user3").Select(m => m.Text.Split('\n').Single(l => l.StartsWith("Message-ID:", StringComparison.OrdinalIgnoreCase)));
        Assert.Equal(2, ids.Distinct().Count());

        var refused = await Assert.ThrowsAsync<MailingRefusedException>(() => tested.Dispatcher.ResendAsync(report.Id, ResendSelection.Selected([0]), Token));
        Assert.Contains("durable ledger", refused.Message, StringComparison.Ordinal);
    }
}
