using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SuperMail.Dispatch;

namespace WorkerService;

/// <summary>Enqueues one mailing, follows it, and reports.</summary>
internal sealed partial class MailingWorker(
    IMailingDispatcher dispatcher, HealthCheckService health, IConfiguration configuration, ILogger<MailingWorker> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var content = new TemplateContent
        {
            Subject = "Your order {{order}}",
            Text = "Dear {{name}},\n\nyour order {{order}} is on its way.\n",
            Html = "<p>Dear {{name}},</p><p>your order <b>{{order}}</b> is on its way.</p>",
        };
        var mailing = new EmailMailing("Orders of today", content, Recipients(configuration.GetValue("Worker:Recipients", 1000)))
        {
            // With a durable ledger, a second start on the same day would go on with this mailing instead of sending it twice.
            ExternalKey = $"orders-{DateTime.UtcNow:yyyy-MM-dd}",
        };

        try
        {
            // Returns when all recipients are stored; the background sends.
            var id = await dispatcher.EnqueueAsync(mailing, stoppingToken);
            var waiting = dispatcher.WaitAsync(id, stoppingToken);
            while (await Task.WhenAny(waiting, Task.Delay(TimeSpan.FromSeconds(1), stoppingToken)) != waiting && !stoppingToken.IsCancellationRequested)
            {
                var status = await dispatcher.GetStatusAsync(id, stoppingToken);
                Under(status.Report.State, status.Report.ToString());
            }

            Done((await waiting).ToString());
        }
        catch (MailingPausedException paused)
        {
            Paused(paused.Reason);
        }
        catch (MailingRefusedException refused)
        {
            Refused(refused.Message);
        }

        Health((await health.CheckHealthAsync(stoppingToken)).Status);
    }

    private static IEnumerable<Recipient> Recipients(int count) => Enumerable.Range(1, count).Select(number =>
        new Recipient($"customer{number}@example.com", $"Customer {number}")
        {
            Fields = new Dictionary<string, string?> { ["name"] = $"Customer {number}", ["order"] = $"{20_000 + number}" },
        });

    [LoggerMessage(LogLevel.Information, "{State}: {Counts}")]
    private partial void Under(MailingState state, string counts);

    [LoggerMessage(LogLevel.Information, "report: {Counts}")]
    private partial void Done(string counts);

    [LoggerMessage(LogLevel.Error, "paused: {Reason}")]
    private partial void Paused(string reason);

    [LoggerMessage(LogLevel.Error, "refused: {Reason}")]
    private partial void Refused(string reason);

    [LoggerMessage(LogLevel.Information, "health: {Status}; Ctrl+C stops")]
    private partial void Health(HealthStatus status);
}
