using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace SuperMail.Dispatch.Comparison;

/// <summary>The library, in a process of its own, so that its processor time is its own.</summary>
internal static class LibrarySender
{
    public const string Verb = "send";

    /// <summary>How many mailings it sends; only the last one counts.</summary>
    public const int Mailings = 4;

    public static async Task<Measurement> RunAsync(int port, int messages)
    {
        string[] own = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) is not "dotnet" ? [path] : ["dotnet", Environment.GetCommandLineArgs()[0]];
        var (output, _, _) = await Tool.RunAsync(own[0], [.. own[1..], Verb, "--port", $"{port}", "--messages", $"{messages}"]);
        var (cold, warm) = output.Trim().Split('\n') is [var first, .., var last] ? (Read(first), Read(last)) : default;
        return warm with { ColdCpu = cold.Cpu };
    }

    /// <summary>In the child. The first mailing pays for the JIT compiler, which is told beside the last one.</summary>
    public static async Task SendAsync(int port, int messages)
    {
        await using var services = SampleMailing.Dispatcher(port);
        var dispatcher = services.GetRequiredService<IMailingDispatcher>();
        using var process = Process.GetCurrentProcess();
        for (var mailing = 0; mailing < Mailings; mailing++)
        {
            var cpu = process.TotalProcessorTime;
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            var start = Stopwatch.GetTimestamp();
            var report = await dispatcher.SendAsync(SampleMailing.To(messages));
            var elapsed = Stopwatch.GetElapsedTime(start);
            process.Refresh();
            cpu = process.TotalProcessorTime - cpu;
            allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
            if (report.Counts.Sent != messages)
            {
                throw new InvalidOperationException($"{report}, of {messages}.");
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds} {cpu.TotalSeconds} {allocated}"));
            await Task.Delay(TimeSpan.FromSeconds(0.5)); // what ran often is compiled again in the background
        }
    }

    private static Measurement Read(string line)
    {
        double[] figures = [.. line.Split(' ').Select(static figure => double.Parse(figure, CultureInfo.InvariantCulture))];
        return new Measurement(TimeSpan.FromSeconds(figures[0]), TimeSpan.FromSeconds(figures[1])) { Allocated = (long)figures[2] };
    }
}
