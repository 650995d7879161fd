namespace SuperMail.Dispatch.Comparison;

/// <summary>How cost grows with recipients, bytes, connections and round trip: as a table, and the last as a plot.</summary>
internal sealed class GrowthCase : IComparisonCase
{
    // Milliseconds. On a line as long as that, one round is like the other.
    private const double LongTrip = 50;

    public string Name => "growth";

    public string Purpose => "cost over recipients, bytes, connections and round trip; renews docs/performance/growth.csv and latency.svg";

    public bool RunsByDefault => false;

    public async Task RunAsync(Bench bench)
    {
        var points = new List<GrowthPoint>();
        var library = new Entry(new LibrarySender(), new Job { Messages = bench.Pick(10_000, 1_000, 20), Mailings = bench.Pick(3, 2, 1) });

        foreach (var recipients in bench.Pick<int[]>([1_000, 10_000, 100_000], [1_000, 5_000], [20]))
        {
            await AddAsync(bench, points, "recipients", recipients, SmtpSink.OpenAsync, [library with { Job = library.Job with { Messages = recipients } }]);
        }

        foreach (var bytes in bench.Pick<int[]>([2_048, 20_480, 204_800], [2_048, 20_480], [2_048]))
        {
            var peer = new Entry(new NodemailerSender(), library.Job with { Messages = bench.Pick(1_000, 200, 20), Mailings = bench.Pick(2, 2, 1) });
            await AddAsync(bench, points, "bytes", bytes, SmtpSink.OpenAsync, [library with { Job = library.Job with { Messages = bench.Pick(4_000, 1_000, 20) } }, peer], bytes);
        }

        // A process that has just started would be measured for its compiler: a mailing of 200 is over in a second.
        var warm = bench.Pick(2, 2, 1);
        await using var server = await ChunkingServer.StartAsync(bench, Name);
        OpenSink Behind(double milliseconds) => async () => new DelayProxy(await server.OpenAsync(), TimeSpan.FromMilliseconds(milliseconds));
        foreach (var connections in bench.Pick<int[]>([1, 2, 5, 10, 20, 40], [1, 5], [2]))
        {
            var job = new Job { Connections = connections, Messages = bench.Pick(60, 40, 4) * connections, Mailings = warm };
            await AddAsync(bench, points, "connections", connections, Behind(50), [library with { Job = job }]);
        }

        Bench.Say($"{Name}: the line leads to {server.Description}");
        foreach (var trip in bench.Pick<double[]>([0, 10, 25, 50, 100, 200], [0, 50], [20]))
        {
            var job = new Job { Messages = bench.Pick(trip < LongTrip ? 400 : 200, 100, 10), Mailings = warm };
            var slow = job with { Messages = job.Messages / 2 }; // four round trips a message
            var deep = job with { Pipelining = nameof(SmtpPipelining.Deep), Messages = 4 * job.Messages };
            await AddAsync(
                bench, points, "round-trip-ms", trip, Behind(trip),
                [
                    library with { Job = job },
                    new(new LibrarySender("SuperMail.Dispatch-Deep"), deep),
                    new(new NodemailerSender(), job),
                    new(new SystemNetMailSender(), slow),
                    new(new AiosmtplibSender(), slow),
                ],
                rounds: trip < LongTrip ? null : 1);
        }

        await WriteAsync(bench, points);
    }

    private async Task AddAsync(
        Bench bench, List<GrowthPoint> points, string grows, double value, OpenSink open, IReadOnlyList<Entry> entries, int bytes = 2048, int? rounds = null)
    {
        var sized = await SizedEntries.AlignAsync(await bench.PresentAsync(Name, entries), bytes);
        if (await bench.CompareAsync($"{Name} {grows} {value}", sized, open, rounds ?? bench.Pick(2, 1, 1)) is { } series)
        {
            points.AddRange(series.Select(one => new GrowthPoint(grows, value, one)));
        }
    }

    // Only figures worth keeping replace those that are kept.
    private static async Task WriteAsync(Bench bench, List<GrowthPoint> points)
    {
        var folder = bench.Scale == Scale.Full ? Path.Combine(Checkout.Root, "docs", "performance") : Checkout.Artifacts;
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "growth.csv"), GrowthTable.ToCsv(points));
        Curve[] curves =
        [
            .. points.Where(static point => point.Grows == "round-trip-ms")
                .GroupBy(static point => point.Sender)
                .Select(static sender => new Curve(sender.Key, [.. sender.Select(static point => (point.Value, point.Rate))])),
        ];
        if (curves.Length > 0)
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder, "latency.svg"),
                new LinePlot("5 connections, 20 messages each", "round trip in ms", "messages per second", curves).ToSvg());
        }

        Bench.Say($"written: growth.csv and latency.svg in {Checkout.Relative(folder)}");
    }
}
