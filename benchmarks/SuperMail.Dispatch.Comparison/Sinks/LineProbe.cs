using System.Diagnostics;
using SuperMail.Dispatch.RealServers.Tests;

namespace SuperMail.Dispatch.Comparison;

/// <summary>How long a command and its reply take: the proof that a line is as long as it should be.</summary>
internal static class LineProbe
{
    /// <summary>The median of some NOOPs, in milliseconds.</summary>
    public static async Task<double> MeasureAsync(int port)
    {
        using var dialogue = await PlainDialogue.ConnectAsync("127.0.0.1", port, CancellationToken.None);
        await dialogue.SayAsync(null, CancellationToken.None);
        await dialogue.SayAsync("HELO probe.test", CancellationToken.None);
        var trips = new double[5];
        for (var i = 0; i < trips.Length; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await dialogue.SayAsync("NOOP", CancellationToken.None);
            trips[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        await dialogue.SayAsync("QUIT", CancellationToken.None);
        return trips.Order().ElementAt(trips.Length / 2);
    }
}
