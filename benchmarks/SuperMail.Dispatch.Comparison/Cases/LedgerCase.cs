using System.Globalization;

namespace SuperMail.Dispatch.Comparison;

/// <summary>What durability costs: the SQLite ledger alone, the whole mailing with it and without it, a large mailing.</summary>
internal sealed class LedgerCase : IComparisonCase
{
    private const double MiB = 1024 * 1024;

    public string Name => "ledger";

    public string Purpose => "the SQLite ledger alone, against the in-memory one over smtp-sink, and with 1 million recipients";

    public async Task RunAsync(Bench bench)
    {
        var folder = Directory.CreateTempSubdirectory("supermail-ledger-");
        try
        {
            var disk = new DiskLatency(folder.FullName);
            foreach (var durability in Enum.GetValues<LedgerDurability>())
            {
                var (rate, cpu) = await LedgerAlone.RunAsync(Path.Combine(folder.FullName, $"alone-{durability}.db"), durability, bench.Pick(200_000, 50_000, 1_000));
                Say($"{Name} alone, {durability}: {rate:F0} outcomes/s, {cpu:F1} µs of CPU each ({disk.Measure()})");
            }

            await CompareAsync(bench, folder.FullName, disk);
            await LargeAsync(bench, Path.Combine(folder.FullName, "large.db"), disk);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>To a server that does nothing with a message, which is where a ledger costs most, and to one that keeps it.</summary>
    private async Task CompareAsync(Bench bench, string folder, DiskLatency disk)
    {
        var job = new Job { Messages = bench.Pick(20_000, 5_000, 40), Mailings = bench.Pick(8, 3, 1) };
        await CompareAsync(bench, Name, folder, disk, SmtpSink.OpenAsync, job, bench.Rounds);
        await using var server = await ChunkingServer.StartAsync(bench, Name);
        Bench.Say($"{Name}: to {server.Description}");
        job = new Job { Messages = bench.Pick(5_000, 500, 40), Mailings = bench.Pick(3, 2, 1) };
        await CompareAsync(bench, $"{Name}-real-server", folder, disk, server.OpenAsync, job, bench.Pick(3, 1, 1));
    }

    private static async Task CompareAsync(Bench bench, string @case, string folder, DiskLatency disk, OpenSink open, Job job, int rounds)
    {
        var sized = await SizedEntries.AlignAsync(
        [
            new Entry(new LibrarySender("SQLite"), job with { LedgerPath = Path.Combine(folder, $"{@case}.db") }),
            new Entry(new LibrarySender("in-memory"), job),
        ]);
        if (await bench.CompareAsync(@case, sized, open, rounds) is [var sqlite, var memory])
        {
            var written = sqlite.Median(static round => round.Warm.Written!.Value / (double)round.Messages);
            Say($"  SQLite had {written:F0} bytes a message written ({disk.Measure()})");
            bench.SayRatio(@case, memory.Sender.Name, sqlite.Rate / memory.Rate);
        }
    }

    private async Task LargeAsync(Bench bench, string ledger, DiskLatency disk)
    {
        // Its transport keeps everything to itself: nobody listens on this port.
        var job = new Job { Port = 25, Messages = bench.Pick(1_000_000, 100_000, 5_000), LedgerPath = ledger }.ToJson();

        using var enqueuing = ChildProcess.Start(
            ChildProcess.Self[0], [.. ChildProcess.Self.Skip(1), LargeMailing.EnqueueVerb], ("DOTNET_GCHeapHardLimit", Job.SmallHeap));
        await enqueuing.StandardInput.WriteAsync(job);
        enqueuing.StandardInput.Close();
        var told = await enqueuing.StandardOutput.ReadLineAsync();
        enqueuing.Kill(); // in the middle of sending
        await enqueuing.WaitForExitAsync();
        if (told is null)
        {
            bench.Fail($"{Name}: enqueuing ended with {enqueuing.ExitCode}: {await enqueuing.StandardError.ReadToEndAsync()}");
            return;
        }

        var bytes = new FileInfo(ledger).Length + new FileInfo(ledger + "-wal").Length;
        Say($"  enqueued, heap limited to 80 MiB: {told}, {bytes / MiB:F1} MiB of file ({disk.Measure()})");
        var (resumed, _, _) = await ChildProcess.RunAsync(ChildProcess.Self[0], [.. ChildProcess.Self.Skip(1), LargeMailing.ResumeVerb], job);
        Say($"  resumed: {resumed.Trim()} ({disk.Measure()})");
    }

    private static void Say(FormattableString text) => Bench.Say(text.ToString(CultureInfo.InvariantCulture));
}
