using System.Globalization;

namespace SuperMail.Dispatch.Comparison;

/// <summary>Recipients that no memory could hold: how much of it a mailing needs.</summary>
internal sealed class StreamCase : IComparisonCase
{
    private const double MiB = 1024 * 1024;

    public string Name => "stream";

    public string Purpose => "1 million recipients looked at for duplicates, 10 million not, to the embedded server: resident memory, heap limited to 80 MiB";

    public async Task RunAsync(Bench bench)
    {
        await RunAsync(bench, "duplicates-on", new Job { Messages = bench.Pick(1_000_000, 20_000, 500), HeapLimit = Job.SmallHeap });
        await RunAsync(bench, "duplicates-off", new Job { Messages = bench.Pick(10_000_000, 40_000, 500), FindDuplicates = false, HeapLimit = Job.SmallHeap });
    }

    private async Task RunAsync(Bench bench, string variant, Job job)
    {
        // smtp-sink would write hundreds of megabytes of counters.
        var sized = new SizedEntries([new Entry(new LibrarySender(), job)], 0);
        if (await bench.CompareAsync($"{Name}-{variant}", sized, static () => EmbeddedSink.OpenAsync(secured: false), rounds: 1) is [var ours])
        {
            Bench.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"resident {Name} {variant} {job.Messages} recipients, heap limited to 80 MiB: at most {ours.Rounds[0].Warm.Resident!.Value / MiB:F1} MiB"));
        }
    }
}
