using System.Globalization;

namespace SuperMail.Dispatch.Comparison;

/// <summary>A long line between sender and server, where round trips are what counts.</summary>
internal sealed class LatencyCase : IComparisonCase
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(50);

    // The most that PipelineDepth takes.
    private const int Deepest = 64;

    public string Name => "latency";

    public string Purpose => "a round trip of 50 ms to a server with CHUNKING, 20 and 100 messages a connection: against nodemailer";

    public async Task RunAsync(Bench bench)
    {
        await using var server = await ChunkingServer.StartAsync(bench, Name);
        Bench.Say($"{Name}: to {server.Description}");
        await using (var direct = await server.OpenAsync())
        await using (var delayed = new DelayProxy(await server.OpenAsync(), RoundTrip))
        {
            var (near, far) = (await LineProbe.MeasureAsync(direct.Port), await LineProbe.MeasureAsync(delayed.Port));
            Bench.Say(string.Create(CultureInfo.InvariantCulture, $"  round trip of a NOOP: {near:F2} ms direct, {far:F1} ms through the proxy"));
            if (far < RoundTrip.TotalMilliseconds)
            {
                bench.Fail($"{Name}: the line is shorter than {RoundTrip.TotalMilliseconds} ms, so it says nothing about one.");
                return;
            }
        }

        foreach (var perConnection in bench.Pick<int[]>([20, 100], [20], [2]))
        {
            await RunAsync(bench, server, perConnection);
        }

        await RunOverlapAsync(bench, server);
    }

    /// <summary>Short connections with one opened ahead, against long ones: what connecting still costs.</summary>
    private async Task RunOverlapAsync(Bench bench, ChunkingServer server)
    {
        var job = new Job { PerConnection = bench.Pick(20, 20, 2), Messages = bench.Pick(3000, 1000, 10) };
        var sized = await SizedEntries.AlignAsync(
        [
            new Entry(new LibrarySender($"Standard-{job.PerConnection}-overlapped"), job with { Overlaps = true }),
            new Entry(new LibrarySender("Standard-100"), job with { PerConnection = 100 }),
        ]);
        if (await bench.CompareAsync(Name, sized, async () => new DelayProxy(await server.OpenAsync(), RoundTrip), bench.Pick(3, 1, 1)) is [var overlapped, var plain])
        {
            bench.SayRatio($"{Name}-{overlapped.Sender.Name}", plain.Sender.Name, overlapped.Rate / plain.Rate);
        }
    }

    private async Task RunAsync(Bench bench, ChunkingServer server, int perConnection)
    {
        var job = new Job
        {
            PerConnection = perConnection,
            Messages = bench.Pick(Math.Max(500, 10 * perConnection), 200, 10),
            Mailings = bench.Pick(2, 2, 1),
        };
        var sized = await SizedEntries.AlignAsync(
            [.. Modes(bench, job), .. await bench.PresentAsync(Name, new Entry(new NodemailerSender(), job))]);
        var series = await bench.CompareAsync(Name, sized, async () => new DelayProxy(await server.OpenAsync(), RoundTrip), bench.Pick(3, 1, 1));
        await ShareAsync(bench, server, sized, series ?? []);
        if (series?.FirstOrDefault(static one => one.Sender is NodemailerSender) is { } peer)
        {
            foreach (var ours in series.Where(static one => one.Sender is LibrarySender))
            {
                bench.SayRatio($"{Name}-{ours.Sender.Name}-{perConnection}", peer.Sender.Name, ours.Rate / peer.Rate);
            }
        }
    }

    /// <summary>How much of what the same server takes without the long line is left behind it.</summary>
    private async Task ShareAsync(Bench bench, ChunkingServer server, SizedEntries sized, IReadOnlyList<Series> delayed)
    {
        var here = new Entry(new LibrarySender("undelayed"), sized.Entries[1].Job);
        if (await bench.CompareAsync($"{Name}, undelayed", sized with { Entries = [here] }, server.OpenAsync, bench.Pick(3, 1, 1)) is not [var most])
        {
            return;
        }

        foreach (var one in delayed.Where(static one => one.Sender is LibrarySender))
        {
            Bench.Say(string.Create(CultureInfo.InvariantCulture, $"  {one.Sender.Name}: {one.Rate / most.Rate:P0} of what the server takes undelayed"));
        }
    }

    // As it is by default, and with all that a host may set for a long line. Deep sends several times as many messages, so
    // that a round lasts about as long and its first and last connections are no larger a part of it.
    private static IEnumerable<Entry> Modes(Bench bench, Job job)
    {
        const string Deep = nameof(SmtpPipelining.Deep);
        var longer = job with { Pipelining = Deep, Messages = bench.Pick(6, 4, 1) * job.Messages };
        return
        [
            new Entry(new LibrarySender(nameof(SmtpPipelining.Standard)), job),
            new Entry(new LibrarySender(Deep), longer),
            new Entry(new LibrarySender($"{Deep}-{Deepest}-overlapped"), longer with { PipelineDepth = Deepest, Overlaps = true }),
        ];
    }
}
