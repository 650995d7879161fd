using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace SuperMail.Dispatch.Comparison;

/// <summary>smtp-sink on loopback: takes and counts.</summary>
internal sealed partial class Sink : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _reading;
    private volatile int _messages;

    private Sink(Process process, int port)
    {
        (_process, Port) = (process, port);
        _reading = ReadAsync();
    }

    public int Port { get; }

    /// <summary>Messages by its own count.</summary>
    public int Messages => _messages;

    public static async Task<Sink> StartAsync()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        var sink = new Sink(Tool.Start("smtp-sink", ["-c", .. Privileges(), $"127.0.0.1:{port}", "1000"]), port);
        while (!IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(listener => listener.Port == port))
        {
            if (sink._process.HasExited)
            {
                throw new InvalidOperationException($"smtp-sink did not start: {await sink._process.StandardError.ReadToEndAsync()}");
            }

            await Task.Delay(5);
        }

        return sink;
    }

    /// <summary>Waits until it has counted so many; its word comes through a pipe.</summary>
    public async Task<bool> HasCountedAsync(int messages)
    {
        for (var tries = 0; _messages < messages && tries < 200; tries++)
        {
            await Task.Delay(10);
        }

        return _messages == messages;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private static string[] Privileges() => Environment.IsPrivilegedProcess ? ["-u", "nobody"] : [];

    private async Task ReadAsync()
    {
        var buffer = new char[65536];
        var text = "";
        int read;
        while ((read = await _process.StandardOutput.ReadAsync(buffer)) > 0)
        {
            text += new string(buffer, 0, read);
            if (Counters().Matches(text) is [.., var last])
            {
                _messages = int.Parse(last.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
                text = text[(last.Index + last.Length)..];
            }
        }
    }

    [GeneratedRegex(@"mesg=(\d+)\s")]
    private static partial Regex Counters();
}
