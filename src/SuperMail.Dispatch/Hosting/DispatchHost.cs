using SuperMail.Dispatch.Delivery;
using SuperMail.Dispatch.Settings;

namespace SuperMail.Dispatch.Hosting;

/// <summary>A dispatcher with what surrounds it: settings that may change, the proof of the connection, the ledger that it owns.</summary>
internal sealed class DispatchHost : IAsyncDisposable, IDisposable
{
    private readonly EnginePorts _ports;

    public DispatchHost(EnginePorts ports, LastGoodSettings settings, ConnectionProof connection)
    {
        _ports = ports;
        Settings = settings;
        Connection = connection;
        Dispatcher = new MailingDispatcher(ports);
        Tester = new MailingTest(ports);
        settings.Changed += Dispatcher.Engine.Reconfigure;
    }

    public LastGoodSettings Settings { get; }

    public ConnectionProof Connection { get; }

    public MailingDispatcher Dispatcher { get; }

    public MailingTest Tester { get; }

    public Microsoft.Extensions.Logging.ILogger Log => _ports.Log;

    public void Dispose()
    {
        Settings.Changed -= Dispatcher.Engine.Reconfigure;
        Dispatcher.Dispose();
        Connection.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        Settings.Changed -= Dispatcher.Engine.Reconfigure;
        await Connection.StopAsync().ConfigureAwait(false);
        await Dispatcher.DisposeAsync().ConfigureAwait(false);
        await _ports.Ledger.DisposeAsync().ConfigureAwait(false);
        Connection.Dispose();
    }
}
