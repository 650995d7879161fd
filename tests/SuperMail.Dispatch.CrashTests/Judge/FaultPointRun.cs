using System.Diagnostics;

namespace SuperMail.Dispatch.CrashTests.Judge;

/// <summary>
/// Kill -9 at each named place, one sender after another on the same mailing, then a run to the end and the account. A
/// place that was not reached fails the run.
/// </summary>
internal static class FaultPointRun
{
    private static readonly TimeSpan MostPerSender = TimeSpan.FromMinutes(1);

    public static async Task<int> RunAsync(CrashOptions options)
    {
        var seed = options.Seed == 0 ? Random.Shared.Next(1, int.MaxValue) : options.Seed;
        var random = new Random(seed);
        var start = Stopwatch.GetTimestamp();
        var (kills, isClean) = (0, true);
        for (var round = 1; round <= options.Rounds; round++)
        {
            var transfer = round % 2 == 0 ? Transfer.Data : Transfer.Bdat;
            var result = await RunRoundAsync(options.With("transfer", transfer.ToString()), random);
            (kills, isClean) = (kills + result.Kills, isClean && result.IsClean);
            Console.WriteLine($"seed {seed}, round {round} of {options.Rounds}, {transfer}, {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");
        }

        Console.WriteLine($"fault-points={FaultPoint.All.Count} kills={kills} {(isClean ? "clean" : "NOT CLEAN")}");
        return isClean ? 0 : 1;
    }

    private static async Task<(int Kills, bool IsClean)> RunRoundAsync(CrashOptions options, Random random)
    {
        await using var stage = await Stage.SetAsync(options);
        var kills = 0;
        foreach (var point in FaultPoint.All)
        {
            // RFC 3030: with BDAT there is no DATA.
            if (point.Point is Sink.SinkPoint.Data && options.Transfer is Transfer.Bdat)
            {
                continue;
            }

            if (await DieAsync(stage, point, 1 + random.Next(point.MostVisits)) is { } complaint)
            {
                Console.WriteLine($"{point.Name}: {complaint}");
                return (kills, false);
            }

            kills++;
        }

        var account = await stage.FinishAsync();
        var most = kills * options.Connections * options.MostInDoubt;
        Console.WriteLine(account.Remarks);
        Console.WriteLine($"{account.Verdict(kills)} (at most {most})");
        return (kills, account.IsClean && account.InDoubt <= most);
    }

    /// <summary>Null when the sender died where it was to.</summary>
    private static async Task<string?> DieAsync(Stage stage, FaultPoint point, int visit)
    {
        await using var sender = point.Point is null ? stage.StartSender(point.Name, visit) : stage.StartSender();
        if (point.Point is { } onTheWire)
        {
            await stage.OrderAsync(sender, onTheWire, visit);
        }

        var end = sender.EndAsync();
        if (await Task.WhenAny(end, Task.Delay(MostPerSender)) != end)
        {
            return $"the sender stood still. {string.Join(' ', sender.TakeLines())} {sender.Complaints}";
        }

        return sender.ExitCode == ChildProcess.Killed
            ? null
            : $"the sender came to its end ({sender.ExitCode}) without passing it {visit} times. {sender.Complaints}";
    }
}
