using System.Diagnostics;
using System.Net.Mail;
using System.Net.Mime;
using System.Text.Json;

namespace SuperMail.Dispatch.Comparison;

/// <summary>In the child process: sends a job through <see cref="SmtpClient"/>, a client for each connection.</summary>
internal static class SystemNetMailProgram
{
    public const string Verb = "system-net-mail";

    public static async Task RunAsync(Job job)
    {
        using var process = Process.GetCurrentProcess();
        for (var mailing = 0; mailing < job.Mailings; mailing++)
        {
            var cpu = process.TotalProcessorTime;
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            var start = Stopwatch.GetTimestamp();
            var next = -1;
            await Task.WhenAll(Enumerable.Range(0, job.Connections).Select(_ => Task.Run(() => SendAsync(job, () => Interlocked.Increment(ref next)))));
            var elapsed = Stopwatch.GetElapsedTime(start);
            process.Refresh();
            Console.WriteLine(JsonSerializer.Serialize(
                new MailingFigures(
                    elapsed.TotalSeconds, (process.TotalProcessorTime - cpu).TotalSeconds, GC.GetTotalAllocatedBytes(precise: true) - allocated),
                JsonSerializerOptions.Web));
        }
    }

    private static async Task SendAsync(Job job, Func<int> next)
    {
        var i = next();
        while (i < job.Messages)
        {
            using var client = new SmtpClient("127.0.0.1", job.Port);
            for (var sent = 0; sent < job.PerConnection && i < job.Messages; sent++, i = next())
            {
                using var message = Message(job, i);
                await client.SendMailAsync(message);
            }
        }
    }

    private static MailMessage Message(Job job, int i)
    {
        var message = new MailMessage(new MailAddress(Job.From, "News"), new MailAddress($"reader{i:D7}@private.test"))
        {
            Subject = Fill(job.Subject),
            Body = Fill(job.Text),
        };
        if (job.Html is not null)
        {
            message.AlternateViews.Add(AlternateView.CreateAlternateViewFromString(Fill(job.Html), null, MediaTypeNames.Text.Html));
        }

        return message;

        string Fill(string text) => text
            .Replace("{{Name}}", $"Reader {i:D7}", StringComparison.Ordinal)
            .Replace("{{Number}}", $"{i:D8}", StringComparison.Ordinal);
    }
}
