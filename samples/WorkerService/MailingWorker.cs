using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SuperMail.Dispatch;

namespace WorkerService;

/// <summary>Enqueues one mailing, follows it, and reports; at the stop it says what was left.</summary>
internal sealed partial class MailingWorker(
    IMailingDispatcher dispatcher, HealthCheckService health, IConfiguration configuration, ILogger<MailingWorker> log)
    : BackgroundService, IHostedLifecycleService
{
    private MailingId? _mailing;

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
            _mailing = id;
            var waiting = dispatcher.WaitAsync(id, stoppingToken);
            while (await Task.WhenAny(waiting, Task.Delay(TimeSpan.FromSeconds(1), stoppingToken)) != waiting && !stoppingToken.IsCancellationRequested)
            {
                var status = await dispatcher.GetStatusAsync(id, stoppingToken);
                var counts = status.Progress?.Counts ?? status.Report.Counts; // progress is ahead of the record
                UnderWay(status.Report.State, counts.Sent, counts.Accepted);
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

    /// <summary>Every service has stopped, the dispatcher too: what was on the wire is drained.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (_mailing is { } id && (await dispatcher.GetStatusAsync(id, cancellationToken)).Report is { Counts: { Ready: > 0 } or { Retry: > 0 } } report)
        {
            // Remembered in memory only: these are not sent. With a durable ledger the next start goes on with them.
            Stopped(report.ToString(), report.Counts.Ready + report.Counts.Retry);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static IEnumerable<Recipient> Recipients(int count) => Enumerable.Range(1, count).Select(number =>
        new Recipient($"customer{number}@example.com", $"Customer {number}")
        {
            Fields = new Dictionary<string, string?> { ["name"] = $"Customer {number}", ["order"] = $"{20_000 + number}" },
        });

    [LoggerMessage(1, LogLevel.Information, "{State}: {Sent} of {Accepted} sent")]
    private partial void UnderWay(MailingState state, long sent, long accepted);

    [LoggerMessage(2, LogLevel.Information, "report: {Counts}")]
    private partial void Done(string counts);

    [LoggerMessage(3, LogLevel.Error, "paused: {Reason}")]
    private partial void Paused(string reason);

    [LoggerMessage(4, LogLevel.Error, "refused: {Reason}")]
    private partial void Refused(string reason);

    [LoggerMessage(5, LogLevel.Warning, "stopped: {Counts}, {Left} left")]
    private partial void Stopped(string counts, long left);

    [LoggerMessage(6, LogLevel.Information, "health: {Status}; Ctrl+C stops")]
    private partial void Health(HealthStatus status);
}
