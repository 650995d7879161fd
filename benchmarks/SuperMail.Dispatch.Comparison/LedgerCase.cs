using System.Globalization;

namespace SuperMail.Dispatch.Comparison;

/// <summary>What durability costs: the SQLite ledger alone, the whole mailing with it and without it, a large mailing.</summary>
internal static class LedgerCase
{
    private const int Outcomes = 200_000;

    public static async Task<int> RunAsync(int messages, int rounds, int recipients)
    {
        var folder = Directory.CreateTempSubdirectory("supermail-ledger-");
        try
        {
            var disk = new DiskLatency(folder.FullName);
            await LedgerAlone.RunAsync(Path.Combine(folder.FullName, "warm.db"), LedgerDurability.ProcessCrash, Outcomes / 4); // pays for the JIT compiler
            foreach (var durability in new[] { LedgerDurability.PowerLoss, LedgerDurability.ProcessCrash })
            {
                var (rate, cpu) = await LedgerAlone.RunAsync(Path.Combine(folder.FullName, $"alone-{durability}.db"), durability, Outcomes);
                Say($"alone    {durability,-24} {rate,8:F0} outcomes/s {cpu,4:F1} µs CPU/outcome ({disk.Measure()})");
            }

            if (!await CompareAsync(folder.FullName, disk, messages, rounds))
            {
                return 1;
            }

            await LargeAsync(Path.Combine(folder.FullName, "large.db"), disk, recipients);
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<bool> CompareAsync(string folder, DiskLatency disk, int messages, int rounds)
    {
        var (memory, sqlite) = (new List<Measurement>(), new List<Measurement>());
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var (name, ledger, all) in new[] { ("in memory", null, memory), ("SQLite, PowerLoss", Path.Combine(folder, $"round{round}.db"), sqlite) })
            {
                await using var sink = await Sink.StartAsync();
                var measured = await LibrarySender.RunAsync(sink.Port, messages, ledger);
                if (!await sink.HasCountedAsync(messages * LibrarySender.Mailings))
                {
                    Console.Error.WriteLine($"{name}: the sink counted {sink.Messages} of {messages * LibrarySender.Mailings} messages, so its speed means nothing.");
                    return false;
                }

                all.Add(measured);
                Say($"round {round}  {measured.Line(name, messages)} {measured.Written / messages,5} written/msg ({disk.Measure()})");
            }
        }

        double Rate(List<Measurement> all) => Measurement.Median(all.Select(m => m.Rate(messages)));
        Say($"ratio ledger sqlite/memory {Rate(sqlite) / Rate(memory):F2}");
        return true;
    }

    private static async Task LargeAsync(string ledger, DiskLatency disk, int recipients)
    {
        // Where there is much memory the collector takes its time; what is needed shows under a limit.
        using var enqueuing = Tool.StartSelf(
            [LargeMailing.EnqueueVerb, "--ledger", ledger, "--recipients", $"{recipients}"], ("DOTNET_GCHeapHardLimit", "0x5000000"));
        var told = await enqueuing.StandardOutput.ReadLineAsync();
        enqueuing.Kill(); // in the middle of sending
        await enqueuing.WaitForExitAsync();
        var bytes = new FileInfo(ledger).Length + new FileInfo(ledger + "-wal").Length;
        Say($"enqueue  {recipients} recipients, heap limited to 80 MiB: {told}, {bytes / 1048576.0:F1} MiB of file ({disk.Measure()})");

        var (resumed, _, _) = await Tool.RunSelfAsync([LargeMailing.ResumeVerb, "--ledger", ledger]);
        Say($"resume   {resumed.Trim()} ({disk.Measure()})");
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
