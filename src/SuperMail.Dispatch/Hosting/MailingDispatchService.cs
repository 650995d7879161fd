using Microsoft.Extensions.Hosting;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Hosting;

/// <summary>With a host: settings are validated and the connection is proved at start, unfinished mailings go on, and a stop drains.</summary>
internal sealed class MailingDispatchService(Func<DispatchHost> open) : IHostedService, IDisposable
{
    private static readonly TimeSpan CheckAgain = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stop = new();
    private DispatchHost? _host;
    private Task _checking = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _host = open();
        await _host.Connection.RequireAsync(cancellationToken).ConfigureAwait(false);
        await _host.Dispatcher.ResumeUnfinishedAsync(cancellationToken).ConfigureAwait(false);
        _checking = CheckUntilProvedAsync(_host);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _checking.ConfigureAwait(false);
        if (_host is null)
        {
            return;
        }

        var host = _host;
        await using var cut = cancellationToken.UnsafeRegister(
            _ =>
            {
                host.Log.ShutdownShorterThanDrain(host.Settings.Current.DrainTimeout);
                host.Dispatcher.Engine.Abort();
            },
            null).ConfigureAwait(false);
        await host.Dispatcher.StopAsync().ConfigureAwait(false);
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>A relay that reboots must not keep the host down: it is asked again until it has answered for good.</summary>
    private async Task CheckUntilProvedAsync(DispatchHost host)
    {
        try
        {
            while (host.Connection.IsPending)
            {
                await Task.Delay(CheckAgain, host.Time, _stop.Token).ConfigureAwait(false);
                await host.Connection.RequireAsync(_stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The host stops.
        }
        catch (MailingRefusedException fault)
        {
            // The host runs already: health says it, and the next mailing is told.
            host.Log.ConnectionCheckFailed(fault.Message);
        }
    }
}
