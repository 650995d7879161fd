using System.Net;
using System.Net.Sockets;

namespace SuperMail.Dispatch.Testing;

/// <summary>The listening socket. It can go away and come back on the same port, as a relay does that is
/// restarted.</summary>
internal sealed class Listener
{
    private readonly Action<Socket> _serve;
    private readonly Action<Exception> _fault;
    private readonly Lock _lock = new();
    private Socket? _socket;
    private Socket? _placeholder;
    private Task _accepting = Task.CompletedTask;

    public Listener(Action<Socket> serve, Action<Exception> fault)
    {
        _serve = serve;
        _fault = fault;
        EndPoint = new IPEndPoint(IPAddress.Loopback, 0);
        Start();
    }

    public IPEndPoint EndPoint { get; private set; }

    public void Start()
    {
        lock (_lock)
        {
            if (_socket is not null)
            {
                return;
            }

            _placeholder?.Dispose();
            _placeholder = null;
            var socket = Bind();
            socket.Listen(512);
            EndPoint = (IPEndPoint)socket.LocalEndPoint!;
            _socket = socket;
            _accepting = AcceptAsync(socket);
        }
    }

    /// <summary>Listens no more. While it is to come back, the port stays bound, so that nobody else's server takes the calls meanwhile.</summary>
    public async Task StopAsync(bool isToComeBack)
    {
        Task accepting;
        lock (_lock)
        {
            _socket?.Dispose();
            _socket = null;
            _placeholder?.Dispose();
            _placeholder = isToComeBack ? Bind() : null;
            accepting = _accepting;
        }

        await accepting.ConfigureAwait(false);
    }

    private Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(EndPoint);
        return socket;
    }

    private async Task AcceptAsync(Socket socket)
    {
        while (true)
        {
            try
            {
                _serve(await socket.AcceptAsync().ConfigureAwait(false));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Closed by StopAsync, or a client that was gone before it was accepted.
                if (IsStopped(socket))
                {
                    return;
                }
            }
            catch (Exception e)
            {
                _fault(e);
                return;
            }
        }
    }

    private bool IsStopped(Socket socket)
    {
        lock (_lock)
        {
            return _socket != socket;
        }
    }
}
