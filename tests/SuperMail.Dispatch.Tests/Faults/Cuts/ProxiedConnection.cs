using System.Net;
using System.Net.Sockets;

namespace SuperMail.Dispatch.Tests.Faults.Cuts;

/// <summary>One connection through the proxy: counts flights, and cuts where the script says.</summary>
internal sealed class ProxiedConnection(Socket client, Socket server, ProxiedConnection.Script script)
{
    private readonly Lock _lock = new();
    private bool _isOver;

    /// <summary>What is to be done with a connection, and afterwards what was.</summary>
    internal sealed class Script(Cut? cut)
    {
        private readonly TlsRecords _ofClient = new();
        private readonly TlsRecords _ofServer = new();
        private bool _clientSpoke;

        public Cut? Cut { get; } = cut;

        /// <summary>Flights of the client, the present one included; the server's words belong to the one before them.</summary>
        public int Flight { get; private set; }

        /// <summary>Octets of each direction.</summary>
        public (int OfClient, int OfServer) Octets { get; private set; }

        /// <summary>TLS records of each direction.</summary>
        public (int OfClient, int OfServer) Records => (_ofClient.Count, _ofServer.Count);

        /// <summary>What has passed of the present flight, or of the words that answer it.</summary>
        public List<byte> Passed { get; } = [];

        public bool HasStruck { get; set; }

        /// <summary>How much of a piece passes.</summary>
        public int Admit(bool ofClient, ReadOnlySpan<byte> piece)
        {
            if (ofClient != _clientSpoke)
            {
                _clientSpoke = ofClient;
                Flight += ofClient ? 1 : 0;
                Passed.Clear();
            }

            (ofClient ? _ofClient : _ofServer).Add(piece);
            Octets = ofClient ? (Octets.OfClient + piece.Length, Octets.OfServer) : (Octets.OfClient, Octets.OfServer + piece.Length);
            var admitted = Cut is { } cut && cut.OfClient == ofClient ? cut.Admit(piece) : piece.Length;
            Passed.AddRange(piece[..admitted]);
            HasStruck = admitted < piece.Length;
            return admitted;
        }
    }

    public static async Task CarryAsync(Socket client, IPEndPoint target, Script script)
    {
        using var from = client;
        using var to = new Socket(SocketType.Stream, ProtocolType.Tcp);
        from.NoDelay = to.NoDelay = true;
        await to.ConnectAsync(target);
        var connection = new ProxiedConnection(from, to, script);
        await Task.WhenAll(connection.PumpAsync(ofClient: true), connection.PumpAsync(ofClient: false));
    }

    private async Task PumpAsync(bool ofClient)
    {
        var (from, to) = ofClient ? (client, server) : (server, client);
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is var count and > 0)
            {
                // One direction at a time: once it is cut, nothing passes the other way either.
                lock (_lock)
                {
                    if (_isOver)
                    {
                        return;
                    }

                    var admitted = script.Admit(ofClient, buffer.AsSpan(0, count));
                    to.Send(buffer.AsSpan(0, admitted));
                    if (script.HasStruck)
                    {
                        End(script.Cut!.ByReset);
                        return;
                    }
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One end is gone: the other learns of it.
            lock (_lock)
            {
                End(byReset: true);
            }
        }
    }

    private void End(bool byReset)
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        foreach (var socket in new[] { client, server })
        {
            if (byReset)
            {
                socket.LingerState = new LingerOption(true, 0);
            }

            socket.Close();
        }
    }
}
