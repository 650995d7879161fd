using System.Net;
using System.Net.Sockets;

namespace SuperMail.Dispatch.Tests.Smtp;

/// <summary>Passes one connection on to a server and cuts it after so many octets of one direction.</summary>
internal sealed class CuttingRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _running;

    public CuttingRelay(IPEndPoint server, int octets, bool ofClient)
    {
        _listener.Start();
        _running = RunAsync(server, octets, ofClient);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _running;
    }

    private async Task RunAsync(IPEndPoint target, int octets, bool ofClient)
    {
        try
        {
            using var client = await _listener.AcceptSocketAsync();
            using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await server.ConnectAsync(target);
            await Task.WhenAll(
                PumpAsync(client, server, ofClient ? octets : int.MaxValue),
                PumpAsync(server, client, ofClient ? int.MaxValue : octets));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Nobody came.
        }
    }

    private static async Task PumpAsync(Socket from, Socket to, int left)
    {
        var buffer = new byte[4096];
        try
        {
            while (left > 0)
            {
                var count = await from.ReceiveAsync(buffer.AsMemory(0, Math.Min(left, buffer.Length)));
                if (count == 0)
                {
                    break;
                }

                await to.SendAsync(buffer.AsMemory(0, count));
                left -= count;
            }
        }
        catch (SocketException)
        {
            // The other direction was cut.
        }

        // Both ends learn of it, after what was passed on.
        Shut(from);
        Shut(to);
    }

    private static void Shut(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Gone already.
        }
    }
}
