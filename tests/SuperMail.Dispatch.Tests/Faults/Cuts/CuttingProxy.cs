using System.Net;
using System.Net.Sockets;

namespace SuperMail.Dispatch.Tests.Faults.Cuts;

/// <summary>
/// Stands between a client and a server that speak in turns. The first connection after <see cref="Arm"/> is cut: when
/// more arrives than may pass, what may passes, and both ends learn of the end. Until then every earlier word has been
/// heard, so what the two know of each other is exact.
/// </summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly IPEndPoint _server;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Task> _carrying = [];
    private readonly Task _accepting;
    private ProxiedConnection.Script? _next;

    public CuttingProxy(IPEndPoint server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The next connection is cut there; or, with null, only watched.</summary>
    public ProxiedConnection.Script Arm(Cut? cut)
    {
        lock (_carrying)
        {
            _carrying.RemoveAll(static c => c.IsCompleted);
        }

        return _next = new ProxiedConnection.Script(cut);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_carrying);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync();
                var carrying = ProxiedConnection.CarryAsync(client, _server, Interlocked.Exchange(ref _next, null) ?? new(null));
                lock (_carrying)
                {
                    _carrying.Add(carrying); // two connections of one session may follow each other while the next cut is armed
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
