using Xunit;

namespace SuperMail.Dispatch.Sqlite.Tests.Writing;

/// <summary>
/// What a loss of power leaves: everything that was synced, and of the rest any part. The log of a real run is cut, or
/// overwritten with garbage, at random bytes behind the last acknowledged commit; every acknowledged begin and outcome
/// must be there.
/// </summary>
public sealed class PowerLossTests : LedgerFileTest
{
    private const int Copies = 500;
    private const int Controls = 50;
    private const int Slices = 3;
    private const int SliceSize = 500;

    /// <summary>What was acknowledged when the log had this length.</summary>
    private sealed record Acknowledged(long LogLength, int[] Begun, int[] Recorded);

    [Fact(Timeout = 300_000)]
    public async Task Every_acknowledged_begin_and_outcome_survives_a_cut_behind_it_and_a_cut_before_it_is_noticed()
    {
        var random = new Random(20260501);
        var (main, log, history) = await RunAsync(random);
        Assert.True(history.Count > 100);
        for (var i = 0; i < Copies; i++)
        {
            var point = history[random.Next(history.Count)];
            var survived = log.AsSpan(0, (int)random.NextInt64(point.LogLength, log.Length + 1)).ToArray();
            if (i % 2 == 0)
            {
                // Sectors behind the synced part that never reached the disk, under a file length that did.
                random.NextBytes(survived.AsSpan((int)random.NextInt64(point.LogLength, survived.Length + 1)));
            }

            var (begun, recorded) = await ReadAsync(main, survived);
            Assert.All(Enumerable.Range(0, Slices), slice =>
            {
                Assert.True(begun[slice] >= point.Begun[slice], $"copy {i}: {begun[slice]} begun of {point.Begun[slice]}");
                Assert.True(recorded[slice] >= point.Recorded[slice], $"copy {i}: {recorded[slice]} recorded of {point.Recorded[slice]}");
            });
        }

        var missed = 0;
        for (var i = 0; i < Controls; i++)
        {
            var point = history[random.Next(1, history.Count)];
            var (begun, recorded) = await ReadAsync(main, log.AsSpan(0, (int)random.NextInt64(history[0].LogLength, point.LogLength)).ToArray());
            missed += begun.Zip(point.Begun).All(static one => one.First >= one.Second)
                && recorded.Zip(point.Recorded).All(static one => one.First >= one.Second) ? 1 : 0;
        }

        Assert.Equal(0, missed);
    }

    /// <summary>Begins and records windows, and notes after each operation what was acknowledged at which length of the log.</summary>
    private async Task<(byte[] Main, byte[] Log, List<Acknowledged> History)> RunAsync(Random random)
    {
        await using var ledger = Open(durability: LedgerDurability.PowerLoss);
        var mailing = await SealedAsync(ledger, [.. Enumerable.Repeat(SliceSize, Slices)]);
        var session = await ledger.OpenSessionAsync(Cancel);
        var slices = await session.ClaimAsync(mailing, Slices, Cancel);
        var (begun, recorded) = (new int[Slices], new int[Slices]);
        var history = new List<Acknowledged> { Note() };
        while (recorded.Min() < SliceSize && history.Count < 260)
        {
            var slice = random.Next(Slices);
            if (begun[slice] < SliceSize && (begun[slice] == recorded[slice] || random.Next(2) == 0))
            {
                var count = Math.Min(random.Next(1, 21), SliceSize - begun[slice]);
                await BeginAsync(session, slices[slice], begun[slice], count);
                begun[slice] += count;
            }
            else if (recorded[slice] < begun[slice])
            {
                await RecordAsync(session, slices[slice], recorded[slice], begun[slice] - recorded[slice]);
                recorded[slice] = begun[slice];
            }

            history.Add(Note());
        }

        var copy = Folder.Copy(Path);
        return (await File.ReadAllBytesAsync(copy, Cancel), await File.ReadAllBytesAsync(copy + "-wal", Cancel), history);

        // Nobody writes between two operations, and the log is never restarted: it stays below a checkpoint.
        Acknowledged Note() => new(new FileInfo(Path + "-wal").Length, [.. begun], [.. recorded]);
    }

    private async Task<(int[] Begun, int[] Recorded)> ReadAsync(byte[] main, byte[] log)
    {
        var path = Folder.InFolder("survived.db");
        await File.WriteAllBytesAsync(path, main, Cancel);
        await File.WriteAllBytesAsync(path + "-wal", log, Cancel);
        try
        {
            await using var store = LedgerStore.Open(new SqliteLedgerOptions { Path = path, Durability = LedgerDurability.ProcessCrash }, TimeProvider.System);
            Assert.Equal("ok", store.Readers.Read(static reader => reader.Ask("PRAGMA integrity_check")));
            await using var session = new SqliteSession(store);
            var (begun, recorded) = (new int[Slices], new int[Slices]);
            foreach (var slice in await session.RecoverAsync(Lane, Slices, Cancel))
            {
                begun[slice.Ref.SliceNo] = slice.BegunThrough;
                recorded[slice.Ref.SliceNo] = slice.Recorded.ToArray().Count(static code => code == Sent);
            }

            return (begun, recorded);
        }
        finally
        {
            foreach (var suffix in new[] { "", "-wal", "-shm", "-guard" })
            {
                File.Delete(path + suffix);
            }
        }
    }
}
