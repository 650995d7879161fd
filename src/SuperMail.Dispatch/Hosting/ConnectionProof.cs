using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Settings;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Hosting;

/// <summary>Whether the relay has proved, since the start, that it lets us send from our own domain.</summary>
internal sealed class ConnectionProof(ISmtpConnectionCheck check, LastGoodSettings settings, ILogger log) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile bool _proved;

    /// <summary>What the last check found when it did not succeed; null when it did, or is not asked for.</summary>
    public string? Fault { get; private set; }

    public bool IsPending => settings.Current.Email.CheckSmtpConnection && !_proved;

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
            if (!IsPending)
            {
                return;
            }

            var report = await check.CheckAsync(cancellationToken).ConfigureAwait(false);
            Fault = report.Error;
            _proved = report.IsOk;
            if (report.IsOk)
            {
                log.ConnectionChecked(report.Relay);
            }
            else if (report.IsPermanent)
            {
                throw new MailingRefusedException($"Check SMTP connection: {report.Error}", report.Fault);
            }
            else
            {
                log.ConnectionCheckFailed(report.Error!);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
