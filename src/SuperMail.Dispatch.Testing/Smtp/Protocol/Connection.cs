using System.Net.Security;
using System.Net.Sockets;

namespace SuperMail.Dispatch.Testing.Protocol;

/// <summary>The socket under a session, and the ways in which it can end.</summary>
internal sealed class Connection : IDisposable
{
    private readonly Socket _socket;
    private readonly TaskCompletionSource _reset = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Connection(Socket socket)
    {
        _socket = socket;
        _socket.NoDelay = true;
        Stream = new NetworkStream(socket, ownsSocket: true);
    }

    public Stream Stream { get; }

    /// <summary>The server itself took the connection away: what then fails is no fault.</summary>
    public bool WasReset { get; private set; }

    /// <summary>Completes when the server takes the connection away; for a session that reads nothing and so sees nothing.</summary>
    public Task Gone => _reset.Task;

    /// <summary>FIN in one direction. The other stays open: closing both while the client still sends makes the system
    /// answer with RST, which can destroy a reply that the client has not read yet.</summary>
    public async ValueTask ShutdownAsync(Stream stream)
    {
        if (stream is SslStream { IsAuthenticated: true } secured)
        {
            await secured.ShutdownAsync().ConfigureAwait(false);
        }

        // The client may be gone, and the server may take the socket away at any time.
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException e)
        {
            throw new IOException("The client has gone already.", e);
        }
    }

    /// <summary>RST: a close that lingers for no time at all. May come from any thread, also late.</summary>
    public void Reset()
    {
        WasReset = true;
        _reset.TrySetResult();
        try
        {
            _socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            return;
        }

        _socket.Close();
    }

    public void Dispose() => _socket.Dispose();
}
