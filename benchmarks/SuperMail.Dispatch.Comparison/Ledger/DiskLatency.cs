using System.Diagnostics;
using System.Globalization;

namespace SuperMail.Dispatch.Comparison;

/// <summary>How long the disk takes to say that it has something: a figure of a durable ledger means little without it.</summary>
internal sealed class DiskLatency(string folder)
{
    private const int Tries = 50;

    public string Measure()
    {
        var path = Path.Combine(folder, "latency");
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4096];
        var times = new double[Tries];
        for (var i = 0; i < Tries; i++)
        {
            Random.Shared.NextBytes(page);
            file.Write(page);
            var start = Stopwatch.GetTimestamp();
            file.Flush(flushToDisk: true);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        return string.Create(CultureInfo.InvariantCulture, $"fsync {times.Order().ElementAt(Tries / 2):F2} ms, at most {times.Max():F1} ms");
    }
}
