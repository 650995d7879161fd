using SuperMail.Dispatch.Ledgers;
using SuperMail.Dispatch.Partitioning;
using SuperMail.Dispatch.Tests.Dispatching;
using Xunit;

namespace SuperMail.Dispatch.Tests.Partitioning;

public sealed class BeginQueueTests
{
    private static readonly LaneShare OneSlot = new(Maximum: 20, Threads: 1, BeginWindow: 5);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 15_000)]
    public async Task A_window_cut_behind_one_that_was_held_back_is_held_back_too()
    {
        var asked = new List<SliceRange>();
        var told = new TaskCompletionSource();
        await using var ledger = OwnBegins.Over(new InMemoryLedger(TimeProvider.System), async (_, ranges) =>
        {
            asked.AddRange(ranges);
            await told.Task;
            return [.. ranges.Select(static _ => BeginResult.Paused)];
        });
        await using var session = await ledger.OpenSessionAsync(Token);
        await AddMailingAsync(ledger, recipients: 20);
        var partitioner = new LanePartitioner("email", session, new Host(), OneSlot);
        var loop = Task.Run(partitioner.RunAsync, Token);
        var turn = await partitioner.TakeTurnAsync(0, Token);
        var first = turn!.First!;
        var second = await partitioner.NextWindowAsync(turn, Token); // cut while the begin of the first is out
        Assert.Equal((5, 5), (first.Entries.Count, second!.Entries.Count));

        // Paused when the ledger was asked; by now the mailing may run again, and would take a begin that leaves a gap.
        told.SetResult();
        await Task.WhenAll(first.Begun, second.Begun).WaitAsync(Token);
        Assert.Empty(first.Entries.Concat(second.Entries));
        partitioner.EndTurn(turn);
        partitioner.BeginStop();
        await loop.WaitAsync(Token);
        Assert.Equal((0, 5), (Assert.Single(asked).First, asked[0].Count));
    }

    [Fact(Timeout = 15_000)]
    public async Task What_was_cut_while_a_begin_was_out_goes_together_with_the_next()
    {
        var batches = new List<IReadOnlyList<SliceRange>>();
        var told = new TaskCompletionSource();
        await using var ledger = OwnBegins.Over(new InMemoryLedger(TimeProvider.System), async (inner, ranges) =>
        {
            batches.Add(ranges);
            await told.Task;
            return await inner.BeginAsync(ranges, Token);
        });
        await using var session = await ledger.OpenSessionAsync(Token);
        await AddMailingAsync(ledger, recipients: 20);
        var partitioner = new LanePartitioner("email", session, new Host(), OneSlot);
        var loop = Task.Run(partitioner.RunAsync, Token);
        var turn = await partitioner.TakeTurnAsync(0, Token);
        List<Window> windows = [turn!.First!];
        while (await partitioner.NextWindowAsync(turn, Token) is { } window)
        {
            windows.Add(window);
        }

        told.SetResult();
        await Task.WhenAll(windows.Select(static w => w.Begun)).WaitAsync(Token);
        Assert.Equal([5, 5, 5, 5], windows.Select(static w => w.Entries.Count));
        foreach (var (window, entry) in windows.SelectMany(static w => w.Entries, static (w, e) => (w, e)).ToArray())
        {
            window.Report(entry, new OutcomeCode(OutcomeKind.Sent), null);
        }

        await Task.WhenAll(windows.Select(static w => w.Recorded)).WaitAsync(Token);
        partitioner.EndTurn(turn);
        partitioner.BeginStop();
        await loop.WaitAsync(Token);
        Assert.Equal([[0], [5, 10, 15]], batches.Select(static b => b.Select(static r => r.First)));
    }

    private static async Task AddMailingAsync(IMailingLedger ledger, int recipients)
    {
        var mailing = new NewMailing { Id = MailingId.Create(), Name = "Begun", Lane = "email", Definition = default, DefinitionHash = default };
        await ledger.CreateMailingAsync(mailing, Token);
        var writer = new SliceWriter();
        for (var i = 0; i < recipients; i++)
        {
            writer.Add(new StoredRecipient { Address = $"user{i}@example.com", Values = [] });
        }

        await ledger.AppendSlicesAsync(mailing.Id, 0, [new NewSlice(recipients, writer.Finish())], default, Token);
        await ledger.SealAsync(mailing.Id, Token);
    }

    private sealed class Host : ILaneHost
    {
        public ValueTask<IReadOnlyCollection<MailingId>> ScreenAsync(Window window) => new([]);

        public SliceCompletion Settle(SliceCursor cursor) => new() { Slice = cursor.Slice.Ref };

        public ValueTask<IReadOnlyList<OutcomeRange>> RecoverAsync(SliceCursor cursor) => new([]);

        public void Completed(LedgerMailing mailing)
        {
        }
    }
}
