using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SuperMail.Dispatch.Testing;

namespace SuperMail.Dispatch.Comparison;

/// <summary>A mailing with very many recipients, in processes of its own: enqueued, killed in the middle, resumed.</summary>
internal static class LargeMailing
{
    public const string EnqueueVerb = "enqueue";
    public const string ResumeVerb = "resume";

    private const int Enough = 2_000;

    /// <summary>Tells the time and the memory, then sends until it is killed.</summary>
    public static async Task EnqueueAsync(Job job)
    {
        var enough = new TaskCompletionSource();
        var sent = 0;
        var transport = new RecordingTransport
        {
            KeepMessages = false,
            OnMessage = (_, cancellationToken) =>
            {
                if (Interlocked.Increment(ref sent) < Enough)
                {
                    return ValueTask.CompletedTask;
                }

                // Whoever is late in killing this process still finds it in the middle.
                enough.TrySetResult();
                return new ValueTask(Task.Delay(Timeout.Infinite, cancellationToken));
            },
        };
        await using var services = LibraryProgram.Dispatcher(job, transport);
        var start = Stopwatch.GetTimestamp();
        await services.GetRequiredService<IMailingDispatcher>().EnqueueAsync(LibraryProgram.Mailing(job));
        var elapsed = Stopwatch.GetElapsedTime(start);
        using var process = Process.GetCurrentProcess();
        await enough.Task;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{job.Messages} recipients in {elapsed.TotalSeconds:F1} s, at most {process.PeakWorkingSet64 / 1048576.0:F0} MiB resident"));
        await Task.Delay(Timeout.Infinite);
    }

    /// <summary>Tells how long a host needs until the first message is on its way.</summary>
    public static async Task ResumeAsync(Job job)
    {
        var start = Stopwatch.GetTimestamp();
        var first = new TaskCompletionSource<TimeSpan>();
        var transport = new RecordingTransport
        {
            KeepMessages = false,
            OnMessage = (_, _) =>
            {
                first.TrySetResult(Stopwatch.GetElapsedTime(start));
                return ValueTask.CompletedTask;
            },
        };
        await using var services = LibraryProgram.Dispatcher(job, transport);
        foreach (var service in services.GetServices<IHostedService>())
        {
            await service.StartAsync(default);
        }

        var elapsed = await first.Task;
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds:F2} s to the first message, at most {process.PeakWorkingSet64 / 1048576.0:F0} MiB resident"));
        Environment.Exit(0); // without draining: what is measured is over
    }
}
