using Microsoft.Extensions.Hosting;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Hosting;

/// <summary>With a host: settings are validated and the connection is proved at start, unfinished mailings go on, and a stop drains.</summary>
internal sealed class MailingDispatchService(Func<DispatchHost> open) : IHostedService
{
    private DispatchHost? _host;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _host = open();
        await _host.Connection.RequireAsync(cancellationToken).ConfigureAwait(false);
        await _host.Dispatcher.ResumeUnfinishedAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_host is not { } host)
        {
            return;
        }

        await host.Connection.StopAsync().ConfigureAwait(false);
        await using var cut = cancellationToken.UnsafeRegister(
            _ =>
            {
                host.Log.ShutdownShorterThanDrain(host.Settings.Current.DrainTimeout);
                host.Dispatcher.Engine.Abort();
            },
            null).ConfigureAwait(false);
        await host.Dispatcher.StopAsync().ConfigureAwait(false);
    }
}
