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

    /// <param name="port">Where the sink listens.</param>
    /// <param name="messages">Of each mailing.</param>
    /// <param name="ledger">The file of a SQLite ledger; null = in memory.</param>
    public static async Task<Measurement> RunAsync(int port, int messages, string? ledger = null)
    {
        var (output, _, _) = await Tool.RunSelfAsync(
            [Verb, "--port", $"{port}", "--messages", $"{messages}", .. ledger is null ? Array.Empty<string>() : ["--ledger", ledger]]);
        var (cold, warm) = output.Trim().Split('\n') is [var first, .., var last] ? (Read(first), Read(last)) : default;
        return warm with { ColdCpu = cold.Cpu };
    }

    /// <summary>In the child. The first mailing pays for the JIT compiler, which is told beside the last one.</summary>
    public static async Task SendAsync(int port, int messages, string? ledger)
    {
        await using var services = SampleMailing.Dispatcher(port, ledger: ledger);
        var dispatcher = services.GetRequiredService<IMailingDispatcher>();
        using var process = Process.GetCurrentProcess();
        for (var mailing = 0; mailing < Mailings; mailing++)
        {
            var cpu = process.TotalProcessorTime;
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            var written = Tool.BytesWritten();
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

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds} {cpu.TotalSeconds} {allocated} {Tool.BytesWritten() - written}"));
            await Task.Delay(TimeSpan.FromSeconds(0.5)); // what ran often is compiled again in the background
        }
    }

    private static Measurement Read(string line)
    {
        double[] figures = [.. line.Split(' ').Select(static figure => double.Parse(figure, CultureInfo.InvariantCulture))];
        return new Measurement(TimeSpan.FromSeconds(figures[0]), TimeSpan.FromSeconds(figures[1])) { Allocated = (long)figures[2], Written = (long)figures[3] };
    }
}
