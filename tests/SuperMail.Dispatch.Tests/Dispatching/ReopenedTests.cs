using SuperMail.Dispatch.Ledgers;
using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Tests.Dispatching.DispatcherUnderTest;

namespace SuperMail.Dispatch.Tests.Dispatching;

public class ReopenedTests
{
    [Theory(Timeout = 15_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_pause_or_a_cancel_that_came_too_late_does_not_hold_back_who_is_sent_to_again(bool cancel)
    {
        var broken = false;
        var transport = new RecordingTransport(m => m.Envelope.To.LocalPart == "user5" && !Interlocked.Exchange(ref broken, true)
            ? throw new MailTransportException(TransportFault.Connection, DeliveryPhase.EndOfData, "cut")
            : ScriptedTransport.Taken);
        await using var tested = new DispatcherUnderTest(transport: transport);
        var report = await tested.Dispatcher.SendAsync(Mailing(20), cancellationToken: Token);
        Assert.Equal(MailingState.CompletedWithInDoubt, report.State);
        if (cancel)
        {
            await tested.Dispatcher.CancelAsync(report.Id, Token);
        }
        else
        {
            await tested.Dispatcher.PauseAsync(report.Id, Token);
        }

        Assert.Equal(1, await tested.Dispatcher.ResolveInDoubtAsync(report.Id, InDoubtDecision.Resend, null, Token));
        report = await tested.Dispatcher.WaitAsync(report.Id, Token);
        Assert.Equal((20, 0), (report.Counts.Sent, report.Counts.InDoubt));
    }

    [Fact(Timeout = 15_000)]
    public async Task A_pause_that_the_ledger_did_not_take_holds_nothing_back()
    {
        var ledger = WatchedLedger.Over<IMailingLedger>(
            new InMemoryLedger(TimeProvider.System),
            o =>
            {
                if (o == nameof(IMailingLedger.SetDesiredStateAsync))
                {
                    throw new IOException("busy");
                }
            });
        var reached = new TaskCompletionSource();
        var hold = new TaskCompletionSource();
        var transport = new RecordingTransport
        {
            OnMessage = async (m, _) =>
            {
                if (m.Envelope.To.LocalPart == "user3")
                {
                    reached.SetResult();
                    await hold.Task;
                }
            },
        };
        await using var tested = new DispatcherUnderTest(s => s.Email.SmtpThreads = 1, b => b.UseLedger(_ => ledger), transport);
        var id = await tested.Dispatcher.EnqueueAsync(Mailing(50), Token);
        await reached.Task.WaitAsync(Token);
        await Assert.ThrowsAsync<IOException>(() => tested.Dispatcher.PauseAsync(id, Token));
        hold.SetResult();
        Assert.Equal(50, (await tested.Dispatcher.WaitAsync(id, Token)).Counts.Sent);
    }
}
