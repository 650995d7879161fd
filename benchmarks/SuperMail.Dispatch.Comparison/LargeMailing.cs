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

    /// <summary>Tells the time and the memory, then sends until it is killed.</summary>
    public static async Task EnqueueAsync(string ledger, int recipients)
    {
        var enough = new TaskCompletionSource();
        var sent = 0;
        var transport = new RecordingTransport
        {
            KeepMessages = false,
            OnMessage = (_, _) =>
            {
                if (Interlocked.Increment(ref sent) == 2_000)
                {
                    enough.TrySetResult();
                }

                return ValueTask.CompletedTask;
            },
        };
        await using var services = SampleMailing.Dispatcher(25, transport, ledger);
        var start = Stopwatch.GetTimestamp();
        await services.GetRequiredService<IMailingDispatcher>().EnqueueAsync(SampleMailing.To(recipients));
        var elapsed = Stopwatch.GetElapsedTime(start);
        using var process = Process.GetCurrentProcess();
        await enough.Task;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds:F1} s, at most {process.PeakWorkingSet64 / 1048576.0:F0} MiB resident"));
        await Task.Delay(Timeout.Infinite);
    }

    /// <summary>Tells how long a host needs until the first message is on its way.</summary>
    public static async Task ResumeAsync(string ledger)
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
        await using var services = SampleMailing.Dispatcher(25, transport, ledger);
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
