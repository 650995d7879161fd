using SuperMail.Dispatch.Ledgers;
using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Tests.Dispatching.DispatcherUnderTest;

namespace SuperMail.Dispatch.Tests.Dispatching;

public class BadWireTests
{
    private static readonly Verdict Denied = new() { Kind = VerdictKind.Failed, Phase = DeliveryPhase.Rcpt, ReplyCode = 550, Text = "blocked" };

    [Fact(Timeout = 15_000)]
    public async Task A_connection_that_throws_when_it_is_closed_costs_nobody_anything()
    {
        var transport = new ScriptedTransport(ScriptedTransport.TakeAll, close: _ => throw new IOException("reset by peer"));
        await using var tested = new DispatcherUnderTest(build: b => b.UseTransport(_ => transport));
        var report = await tested.Dispatcher.SendAsync(Mailing(200), cancellationToken: Token);
        Assert.Equal(200, report.Counts.Sent);
    }

    [Fact(Timeout = 15_000)]
    public async Task A_relay_that_ends_each_connection_before_its_first_message_is_left_in_peace()
    {
        var clock = new FakeClock();
        var many = new TaskCompletionSource();
        var transport = new ScriptedTransport(
            (_, _, _) => throw new MailTransportException(TransportFault.Connection, DeliveryPhase.Mail, "cut"),
            (number, _) =>
            {
                if (number == 50)
                {
                    many.SetResult();
                }

                return default;
            });
        await using var tested = new DispatcherUnderTest(s => s.Email.SmtpThreads = 1, b => b.UseTransport(_ => transport), time: clock);
        await tested.Dispatcher.EnqueueAsync(Mailing(5), Token);
        var first = await Task.WhenAny(many.Task, clock.WaitForTimerDueInAsync(TimeSpan.FromSeconds(1), Token));
        Assert.NotSame(many.Task, first);
    }

    [Fact(Timeout = 15_000)]
    public async Task A_login_that_is_refused_while_refusals_are_taken_back_pauses_the_mailing()
    {
        var othersDone = new TaskCompletionSource();
        var held = 0;
        var transport = new ScriptedTransport(
            async (number, feed, token) =>
            {
                if (Interlocked.Exchange(ref held, 1) == 0)
                {
                    await feed.NextAsync(token);
                    await othersDone.Task;
                    throw new MailTransportException(TransportFault.Connection, DeliveryPhase.EndOfData, "cut");
                }

                while (await feed.NextAsync(token) is { } message)
                {
                    message.Report(Denied);
                }

                othersDone.TrySetResult();
            },
            (number, _) => number > 2 ? throw new MailTransportException(TransportFault.Authentication, DeliveryPhase.Authentication, "535 blocked") : default);
        await using var tested = new DispatcherUnderTest(
            s =>
            {
                s.BeginWindow = 5;
                s.Email.SmtpThreads = 2;
                s.Email.MaxEmailsPerConnection = 40;
            },
            b => b.UseTransport(_ => transport));
        var paused = await Assert.ThrowsAsync<MailingPausedException>(() => tested.Dispatcher.SendAsync(Mailing(100), cancellationToken: Token).WaitAsync(Token));
        Assert.Equal((0, 1), (paused.Report.Counts.Failed, paused.Report.Counts.InDoubt));
    }

    [Fact(Timeout = 15_000)]
    public async Task A_cancel_does_not_wait_for_a_connection_that_does_not_open()
    {
        var clock = new FakeClock();
        var opening = new TaskCompletionSource();
        var transport = new ScriptedTransport(ScriptedTransport.TakeAll, async (_, token) =>
        {
            opening.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
        });
        await using var tested = new DispatcherUnderTest(s => s.Email.SmtpThreads = 1, b => b.UseTransport(_ => transport), time: clock);
        var id = await tested.Dispatcher.EnqueueAsync(Mailing(50), Token);
        await opening.Task.WaitAsync(Token);
        var cancelling = tested.Dispatcher.CancelAsync(id, Token);
        await clock.WaitForTimerDueInAsync(TimeSpan.FromSeconds(20), Token);
        clock.Advance(TimeSpan.FromSeconds(20));
        var report = await cancelling.WaitAsync(Token);
        Assert.Equal((MailingState.Cancelled, 50), (report.State, report.Counts.Cancelled));
    }

    [Fact(Timeout = 15_000)]
    public async Task What_a_stuck_connection_spoke_for_and_will_not_have_keeps_nobody_waiting()
    {
        var begins = 0;
        var ledger = WatchedLedger.Over<IMailingLedger>(
            new InMemoryLedger(TimeProvider.System), o => _ = o == nameof(ILedgerSession.BeginAsync) ? Interlocked.Increment(ref begins) : 0);
        var stuck = new TaskCompletionSource();
        var hold = new TaskCompletionSource();
        var transport = new RecordingTransport
        {
            OnMessage = async (m, _) =>
            {
                if (m.Envelope.To.LocalPart == "user3")
                {
                    stuck.TrySetResult();
                    await hold.Task;
                }
            },
        };
        await using var tested = new DispatcherUnderTest(
            s =>
            {
                s.BeginWindow = 2;
                s.Email.SmtpThreads = 2;
                s.Email.MaxEmailsPerConnection = 200;
            },
            b => b.UseLedger(_ => ledger),
            transport);
        var id = await tested.Dispatcher.EnqueueAsync(Mailing(90), Token); // one connection's share
        await stuck.Task.WaitAsync(Token);
        await Until(() => ValueTask.FromResult(Volatile.Read(ref begins) == 3)); // it has its next window and asks for nothing
        await tested.Dispatcher.PauseAsync(id, Token);
        var other = await tested.Dispatcher.SendAsync(Mailing(10, "other"), cancellationToken: Token).WaitAsync(Token);
        Assert.Equal(10, other.Counts.Sent);
        hold.SetResult();
    }

    [Fact(Timeout = 15_000)]
    public async Task A_ledger_that_fails_between_two_claims_leaves_no_slot_waiting()
    {
        var clock = new FakeClock();
        var claims = 0;
        var ledger = WatchedLedger.Over<IMailingLedger>(
            new InMemoryLedger(clock),
            o =>
            {
                if (o == nameof(ILedgerSession.ClaimAsync) && Interlocked.Increment(ref claims) == 2)
                {
                    throw new IOException("no space left on device");
                }
            });
        var tested = new DispatcherUnderTest(
            s =>
            {
                s.Email.SmtpThreads = 2;
                s.Email.MaxEmailsPerConnection = 20;
            },
            b => b.UseLedger(_ => ledger).UseTransport(_ => new ScriptedTransport(ScriptedTransport.TakeAll)),
            time: clock);
        var due = clock.GetUtcNow().AddMinutes(1);
        var first = await tested.Dispatcher.EnqueueAsync(new EmailMailing("A", Hello, People(10)) { NotBefore = due }, Token);
        var second = await tested.Dispatcher.EnqueueAsync(new EmailMailing("B", Hello, People(10)) { NotBefore = due }, Token);
        Task<MailingReport>[] waiting = [tested.Dispatcher.WaitAsync(first, Token), tested.Dispatcher.WaitAsync(second, Token)];
        clock.Advance(TimeSpan.FromMinutes(1));

        // Whoever was claimed first may have ended by then; the other one cannot.
        await Assert.ThrowsAsync<InvalidOperationException>(() => Task.WhenAll(waiting).WaitAsync(Token));
        await tested.DisposeAsync().AsTask().WaitAsync(Token);
    }
}
