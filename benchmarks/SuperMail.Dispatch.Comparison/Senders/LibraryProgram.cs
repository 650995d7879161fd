using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace SuperMail.Dispatch.Comparison;

/// <summary>In the child process: sends a job through the library.</summary>
internal static class LibraryProgram
{
    public const string Verb = "send";

    /// <summary>An argument beside the verb: the types that the last mailing allocates are told instead of figures.</summary>
    public const string Sampled = "sampled";

    // Names of generic types fill a screen each.
    private const int LongestName = 110;
    private const int LongestList = 60;

    // What ran often is compiled again in the background, and the runtime does not say when that is done.
    private static readonly TimeSpan CompilerPause = TimeSpan.FromSeconds(0.5);

    public static async Task RunAsync(Job job)
    {
        await using var services = Dispatcher(job);
        var dispatcher = services.GetRequiredService<IMailingDispatcher>();
        using var process = Process.GetCurrentProcess();
        for (var mailing = 1; mailing <= job.Mailings; mailing++)
        {
            var cpu = process.TotalProcessorTime;
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            var written = BytesWritten();
            var start = Stopwatch.GetTimestamp();
            var report = await dispatcher.SendAsync(Mailing(job));
            var elapsed = Stopwatch.GetElapsedTime(start);
            process.Refresh();
            cpu = process.TotalProcessorTime - cpu;
            allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
            if (report.Counts.Sent != job.Messages)
            {
                throw new InvalidOperationException($"{report}, of {job.Messages}.");
            }

            Console.WriteLine(JsonSerializer.Serialize(
                new MailingFigures(elapsed.TotalSeconds, cpu.TotalSeconds, allocated, process.PeakWorkingSet64, BytesWritten() - written), JsonSerializerOptions.Web));
            if (mailing < job.Mailings)
            {
                await Task.Delay(CompilerPause);
            }
        }
    }

    /// <summary>The same job, with a look at what its last mailing allocates.</summary>
    public static async Task SampleAsync(Job job)
    {
        await using var services = Dispatcher(job);
        var dispatcher = services.GetRequiredService<IMailingDispatcher>();
        using var samples = new AllocationSamples();
        var allocated = 0L;
        for (var mailing = 0; mailing < job.Mailings; mailing++)
        {
            samples.Clear();
            allocated = GC.GetTotalAllocatedBytes(precise: true);
            await dispatcher.SendAsync(Mailing(job));
            allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        }

        // Before the caller's own part is measured: that is one more sequence of recipients.
        var (count, shares) = (samples.Count, samples.Shares().Take(LongestList).ToList());
        var caller = GC.GetAllocatedBytesForCurrentThread();
        foreach (var recipient in Enumerable.Range(0, job.Messages).Select(Reader))
        {
            GC.KeepAlive(recipient);
        }

        caller = GC.GetAllocatedBytesForCurrentThread() - caller;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"bytes a message: {allocated / (double)job.Messages:F0}, of which the caller's own Recipient {caller / (double)job.Messages:F0}; by {count} samples:"));
        foreach (var (type, share) in shares)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {share * allocated / job.Messages,7:F1} {type[..Math.Min(type.Length, LongestName)]}"));
        }
    }

    public static EmailMailing Mailing(Job job) => new("Comparison", Content(job), Enumerable.Range(0, job.Messages).Select(Reader))
    {
        DuplicateDetection = job.FindDuplicates ? DuplicateDetection.On : DuplicateDetection.Off,
    };

    /// <summary>As a host registers it, towards the job's sink unless another transport is given.</summary>
    public static ServiceProvider Dispatcher(Job job, IMailTransport? transport = null)
    {
        var services = new ServiceCollection();
        var builder = services.AddMailingDispatch(settings =>
        {
            var email = settings.Email;
            (email.Host, email.Port, email.DefaultFromAddress) = ("127.0.0.1", job.Port, Job.From);
            (email.SmtpThreads, email.MaxEmailsPerConnection) = (job.Connections, job.Connections * job.PerConnection);
            email.Mailboxes = [new MailboxSettings { Address = Job.From, DisplayName = "News" }];
            email.OverlapConnections = job.Overlaps;
            email.PipelineDepth = job.PipelineDepth ?? email.PipelineDepth;
            email.Pipelining = Enum.Parse<SmtpPipelining>(job.Pipelining);
            if (job.Authority is not null)
            {
                (email.UseSsl, email.TrustedCertificatesPath) = (true, job.Authority);
                (email.UserName, email.Password) = (job.UserName, job.Password);
            }
        });
        if (transport is not null)
        {
            builder.UseTransport(_ => transport);
        }

        if (job.LedgerPath is not null)
        {
            builder.UseSqliteLedger(job.LedgerPath);
        }

        return services.BuildServiceProvider();
    }

    // proc(5), io: what the process had the system write, whether it has reached a disk or not.
    private static long? BytesWritten() => File.Exists("/proc/self/io")
        ? long.Parse(File.ReadLines("/proc/self/io").First(static line => line.StartsWith("write_bytes", StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture)
        : null;

    private static Recipient Reader(int i) => new($"reader{i:D7}@private.test")
    {
        Fields = new Dictionary<string, string?> { ["Name"] = $"Reader {i:D7}", ["Number"] = $"{i:D8}" },
    };

    private static TemplateContent Content(Job job) => new()
    {
        Subject = job.Subject,
        Text = job.Text,
        Html = job.Html,
        Attachments = job.Attachment is null ? [] : [Attachment.FromFile(job.Attachment)],
    };
}
