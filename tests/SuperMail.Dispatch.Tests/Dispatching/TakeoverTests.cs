using SuperMail.Dispatch.Ledgers;
using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Tests.Dispatching.DispatcherUnderTest;

namespace SuperMail.Dispatch.Tests.Dispatching;

/// <summary>A process stands still in the middle of a mailing until its lease is over; another one goes on.</summary>
public class TakeoverTests
{
    private readonly FakeClock _ledgerTime = new();
    private readonly TaskCompletionSource _stuck = new();
    private readonly TaskCompletionSource _hold = new();
    private readonly IMailingLedger _ledger;
    private readonly RecordingTransport _first;

    public TakeoverTests()
    {
        _ledger = WatchedLedger.Over<IMailingLedger>(new InMemoryLedger(_ledgerTime), static _ => { }, durable: true);
        _first = new RecordingTransport
        {
            OnMessage = async (m, _) =>
            {
                if (m.Envelope.To.LocalPart == "user25")
                {
                    _stuck.SetResult();
                    await _hold.Task;
                }
            },
        };
    }

    [Fact(Timeout = 15_000)]
    public async Task A_slice_that_is_recorded_in_part_is_taken_over_and_only_the_rest_is_in_doubt()
    {
        await using var one = Dispatcher(_first);
        var id = await one.Dispatcher.EnqueueAsync(Mailing(100), Token);
        await _stuck.Task.WaitAsync(Token);
        await Until(async () => (await one.Dispatcher.GetStatusAsync(id, Token)).Report.Counts.Sent == 20);
        _ledgerTime.Advance(TimeSpan.FromSeconds(31));

        var second = new RecordingTransport();
        await using var two = Dispatcher(second);
        var report = await two.Dispatcher.WaitAsync(id, Token);
        _hold.SetResult();
        Assert.Equal(100, report.Counts.Sent + report.Counts.InDoubt);
        Assert.InRange(report.Counts.InDoubt, 6, 60);
        var all = _first.Messages.Concat(second.Messages).Select(m => m.Envelope.To).ToArray();
        Assert.Equal(all.Distinct().Count(), all.Length);
    }

    [Fact(Timeout = 15_000)]
    public async Task A_start_does_not_wait_for_what_a_dead_process_was_sending_while_it_read()
    {
        await using var one = Dispatcher(_first);
        var sending = one.Dispatcher.SendAsync(new EmailMailing("T", Hello, Unending()), cancellationToken: Token);
        await _stuck.Task.WaitAsync(Token);

        await using var two = Dispatcher(new RecordingTransport());
        await ((MailingDispatcher)two.Dispatcher).ResumeUnfinishedAsync(Token).WaitAsync(Token);
        _hold.SetResult();
    }

    private static async IAsyncEnumerable<Recipient> Unending()
    {
        foreach (var recipient in People(100))
        {
            yield return recipient;
        }

        await Task.Delay(Timeout.Infinite, Token);
    }

    private DispatcherUnderTest Dispatcher(RecordingTransport transport) =>
        new(s => s.Email.SmtpThreads = 1, b => b.UseLedger(_ => _ledger), transport);
}
