using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Settings;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Hosting;

/// <summary>
/// Whether the relay has proved, since the start, that it lets us send from our own domain. A relay that could not say
/// (unreachable, 4xx) is asked again until it has: one that reboots must not keep the host down.
/// </summary>
internal sealed class ConnectionProof(ISmtpConnectionCheck check, LastGoodSettings settings, TimeProvider time, ILogger log) : IDisposable
{
    private static readonly TimeSpan CheckAgain = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private Task _checking = Task.CompletedTask;
    private volatile bool _proved;
    private volatile string? _refusal;

    /// <summary>What the last check found when it did not succeed; null when it did, or is not asked for.</summary>
    public string? Fault { get; private set; }

    public bool IsPending => settings.Current.Email.CheckSmtpConnection && !_proved;

    /// <summary>Why mailings are refused at the door: the relay said meanwhile that it will not let us send. Else null.</summary>
    public string? Refusal => IsPending ? _refusal : null;

    /// <summary>Checks unless that has succeeded before or the setting is off.</summary>
    /// <exception cref="MailingRefusedException">The relay refuses for good: names the step, the reply and the setting.</exception>
    public async ValueTask RequireAsync(CancellationToken cancellationToken)
    {
        if (!IsPending)
        {
            return;
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!IsPending || !_checking.IsCompleted)
            {
                return; // proved meanwhile, or asked again in the background
            }

            if (await CheckAsync(cancellationToken).ConfigureAwait(false) is { IsOk: false } report)
            {
                if (report.IsPermanent)
                {
                    throw new MailingRefusedException(Refused(report), report.Fault);
                }

                _checking = CheckUntilProvedAsync();
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Asks no more.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _checking.ConfigureAwait(false);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _turn.Dispose();
    }

    private static string Refused(SmtpConnectionReport report) => $"Check SMTP connection: {report.Error}";

    private async ValueTask<SmtpConnectionReport> CheckAsync(CancellationToken cancellationToken)
    {
        var report = await check.CheckAsync(cancellationToken).ConfigureAwait(false);
        if (report.IsOk)
        {
            log.ConnectionChecked(report.Relay);
        }
        else
        {
            log.ConnectionCheckFailed(report.Error!);
        }

        // After the log has it: who sees the health change finds there why.
        Fault = report.Error;
        _refusal = report is { IsOk: false, IsPermanent: true } ? Refused(report) : null;
        _proved = report.IsOk;
        return report;
    }

    // Goes on after a permanent refusal too: the host runs already, and the operator may mend it meanwhile.
    private async Task CheckUntilProvedAsync()
    {
        try
        {
            while (IsPending)
            {
                await Task.Delay(CheckAgain, time, _stop.Token).ConfigureAwait(false);
                if (IsPending)
                {
                    await CheckAsync(_stop.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped.
        }
    }
}
