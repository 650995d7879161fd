using System.Diagnostics;
using SuperMail.Dispatch.CrashTests.Sender;

namespace SuperMail.Dispatch.CrashTests.Judge;

/// <summary>Kill -9 at random moments, a run to the end, the account.</summary>
internal static class KillRun
{
    /// <summary>One kill in so many comes at a random time after the start; the others after a random number of messages.</summary>
    private const int OneEarlyIn = 4;

    private static readonly TimeSpan MostPerSender = TimeSpan.FromMinutes(2);

    public static async Task<int> RunAsync(CrashOptions options)
    {
        var seed = options.Seed == 0 ? Random.Shared.Next(1, int.MaxValue) : options.Seed;
        var random = new Random(seed);
        var killedIn = new int[Enum.GetValues<Phase>().Length];
        var start = Stopwatch.GetTimestamp();
        await using var stage = await Stage.SetAsync(options);
        var kills = 0;
        var warmUp = TimeSpan.FromMilliseconds(500); // from a start to its first message, as the last ones took
        while (kills < options.Kills)
        {
            await using var sender = stage.StartSender();
            warmUp = await WaitForMomentAsync(stage, sender, random, options.Kills - kills, warmUp);
            sender.Kill();
            await sender.EndAsync();
            var phase = sender.TakeLines().Select(Phases.Hear).LastOrDefault(static p => p is not null) ?? Phase.Launched;
            if (sender.ExitCode is 0 || phase is Phase.Done)
            {
                break; // the mailing was over before the last kill
            }

            if (sender.Complaints.Length > 0)
            {
                Console.WriteLine($"a sender complained: {sender.Complaints}");
            }

            killedIn[(int)phase]++;
            kills++;
        }

        var account = await stage.FinishAsync();
        var most = kills * options.Connections * options.MostInDoubt;
        Console.WriteLine(
            $"seed {seed}: {options.Policy}, {options.Durability}, {options.Pipelining}, {options.Transfer}, {options.Recipients} recipients, "
            + $"{options.Connections} connections, windows of {options.Window}, recorder {(options.Recorder ? "on" : "off")}, "
            + $"{Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");
        Console.WriteLine($"killed: {string.Join(", ", Enum.GetValues<Phase>()[..^1].Select(p => $"{killedIn[(int)p]} {p}"))}");
        Console.WriteLine(account.Remarks);
        Console.WriteLine($"bound of what may be in doubt: {most}");
        if (kills < options.Kills)
        {
            Console.WriteLine($"only {kills} of {options.Kills} kills: the mailing was too short");
        }

        Console.WriteLine(account.Verdict(kills));
        return account.IsClean && account.InDoubt <= most && kills == options.Kills ? 0 : 1;
    }

    /// <summary>Waits for a random moment; spread so that the mailing lasts for the kills that are left.</summary>
    private static async Task<TimeSpan> WaitForMomentAsync(Stage stage, ChildProcess sender, Random random, int left, TimeSpan warmUp)
    {
        var start = Stopwatch.GetTimestamp();
        if (random.Next(OneEarlyIn) == 0)
        {
            await Task.Delay(random.NextDouble() * 1.2 * warmUp);
            return warmUp;
        }

        var first = stage.Received;

        // Half of what would be even: messages go on leaving until the kill is there, the more the busier the machine. And
        // whom a kill leaves in doubt nobody sends to any more.
        var doubtful = (long)stage.Options.Kills * stage.Options.Connections * stage.Options.MostInDoubt;
        var share = (stage.Options.Recipients - first - doubtful) / (left + 1);
        var goal = first + 1 + random.NextInt64(Math.Max(1, share));
        var begun = TimeSpan.Zero;
        while (stage.Received < goal && !sender.IsOver)
        {
            await Task.Delay(1);
            var elapsed = Stopwatch.GetElapsedTime(start);
            begun = begun == TimeSpan.Zero && stage.Received > first ? elapsed : begun;
            if (elapsed > MostPerSender)
            {
                throw new InvalidOperationException($"A sender stood still for {MostPerSender}. {sender.Complaints}");
            }
        }

        return begun == TimeSpan.Zero ? warmUp : begun;
    }
}
