using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace SuperMail.Dispatch.RealServers.Tests.Servers;

/// <summary>A port on loopback for a server that must be told one.</summary>
internal static class LoopbackPort
{
    /// <summary>A port that was free a moment ago; whoever finds it taken asks again.</summary>
    public static int FindFree()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>True once somebody listens on it; asks the kernel and not the server, whose counters stay at zero.</summary>
    public static bool IsListening(int port) =>
        IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(listener => listener.Port == port);
}
