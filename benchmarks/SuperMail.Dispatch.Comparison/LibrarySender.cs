using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace SuperMail.Dispatch.Comparison;

/// <summary>The library, in a process of its own, so that its processor time is its own.</summary>
internal static class LibrarySender
{
    public const string Verb = "send";

    public static async Task<Measurement> RunAsync(int port, int messages, int warmUp)
    {
        string[] own = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) is not "dotnet" ? [path] : ["dotnet", Environment.GetCommandLineArgs()[0]];
        var (output, _, _) = await Tool.RunAsync(own[0], [.. own[1..], Verb, "--port", $"{port}", "--messages", $"{messages}", "--warm-up", $"{warmUp}"]);
        var figures = output.Trim().Split(' ');
        return new Measurement(Seconds(0), Seconds(1)) { Allocated = long.Parse(figures[2], CultureInfo.InvariantCulture) };

        TimeSpan Seconds(int at) => TimeSpan.FromSeconds(double.Parse(figures[at], CultureInfo.InvariantCulture));
    }

    /// <summary>In the child: warms up (the JIT compiler is no part of the comparison), then measures one mailing.</summary>
    public static async Task SendAsync(int port, int messages, int warmUp)
    {
        await using var services = SampleMailing.Dispatcher(port);
        var dispatcher = services.GetRequiredService<IMailingDispatcher>();
        for (var part = 0; part < 4; part++)
        {
            await dispatcher.SendAsync(SampleMailing.To(warmUp / 4));
            await Task.Delay(200); // compiled again in the background
        }

        using var process = Process.GetCurrentProcess();
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
    }
}
