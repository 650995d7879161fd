using System.Net;
using System.Net.Sockets;

namespace SuperMail.Dispatch.Tests.Smtp;

/// <summary>Passes bytes on from an address that is not loopback to a server that is.</summary>
internal sealed class RelayOn : IDisposable
{
    private readonly TcpListener _listener;

    public RelayOn(IPAddress address)
    {
        _listener = new TcpListener(address, 0);
        _listener.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void ForwardTo(IPEndPoint target) => _ = RunAsync(target);

    public void Dispose() => _listener.Dispose();

    private async Task RunAsync(IPEndPoint target)
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                var server = new TcpClient();
                await server.ConnectAsync(target);
                _ = PumpAsync(client, server);
                _ = PumpAsync(server, client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task PumpAsync(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream());
            to.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            to.Dispose();
        }
    }
}
