using BenchmarkDotNet.Attributes;
using SuperMail.Dispatch.Ledgers;

namespace SuperMail.Dispatch.Benchmarks;

/// <summary>What the in-memory ledger costs, without anything that is sent: a mailing of 10,000 from creation to purge.</summary>
[MemoryDiagnoser]
public class LedgerBenchmarks
{
    private const int Recipients = 10_000;
    private const int SliceCount = 500;
    private const int WindowCount = 20;

    private static readonly byte[] Data = new byte[SliceCount * 60];
    private static readonly byte[] Hash = new byte[32];
    private static readonly OutcomeCode[] Sent = [.. Enumerable.Repeat(new OutcomeCode(OutcomeKind.Sent), WindowCount)];

    /// <summary>Per recipient: append, claim, begin and record by windows of 20, complete, purge.</summary>
    [Benchmark(OperationsPerInvoke = Recipients)]
    public async Task<MailingCounts> WholeMailing()
    {
        await using var ledger = new InMemoryLedger(TimeProvider.System, maxHeldRecipients: Recipients);
        await using var session = await ledger.OpenSessionAsync(CancellationToken.None);
        var id = MailingId.Create();
        await ledger.CreateMailingAsync(
            new NewMailing { Id = id, Name = "Benchmark", Lane = "email", Definition = Hash, DefinitionHash = Hash }, CancellationToken.None);
        for (var first = 0; first < Recipients; first += SliceCount)
        {
            await ledger.AppendSlicesAsync(id, first, [new NewSlice(SliceCount, Data)], Hash, CancellationToken.None);
        }

        await ledger.SealAsync(id, CancellationToken.None);
        while (await session.ClaimAsync(id, 1, CancellationToken.None) is [var slice])
        {
            for (var first = 0; first < SliceCount; first += WindowCount)
            {
                await session.BeginAsync([new SliceRange(slice.Ref, first, WindowCount)], CancellationToken.None);
                await session.RecordAsync([new OutcomeRange { Slice = slice.Ref, First = first, Codes = Sent }], CancellationToken.None);
            }

            await session.CompleteAsync(new SliceCompletion { Slice = slice.Ref }, CancellationToken.None);
        }

        var counts = (await ledger.FindMailingAsync(id, CancellationToken.None))!.Counts;
        return counts.Sent == Recipients ? counts : throw new InvalidOperationException($"{counts}");
    }
}
