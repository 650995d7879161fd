using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Xunit;

namespace SuperMail.Dispatch.RealServers.Tests.Servers;

/// <summary>aiosmtpd, which demands a login: over STARTTLS or over TLS from the first octet.</summary>
internal sealed class AiosmtpdServer : IAsyncDisposable
{
    public const string UserName = "relay-user";
    public const string Password = "pässword: €1";

    // Debian's own python, whose packages apt installs; another one may stand before it in the PATH.
    private const string Python = "/usr/bin/python3";

    private readonly ServerFolder _folder;
    private readonly Process _process;
    private readonly Task _reader;
    private readonly Channel<TakenMessage> _taken = Channel.CreateUnbounded<TakenMessage>();

    private AiosmtpdServer(ServerFolder folder, Process process, int port)
    {
        _folder = folder;
        _process = process;
        Port = port;
        _reader = ReadAsync();
    }

    public string Host => "127.0.0.1";

    public int Port { get; }

    /// <summary>How many messages it has taken.</summary>
    public int Count => _taken.Reader.Count;

    /// <summary>Starts one; skips the running test where it is not installed.</summary>
    /// <param name="isImplicit">TLS from the first octet; else STARTTLS.</param>
    /// <param name="serverPem">Key and certificate.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<AiosmtpdServer> StartAsync(bool isImplicit, string serverPem, CancellationToken cancellationToken)
    {
        var folder = new ServerFolder("aiosmtpd");
        var process = Tool.Start(
            Tool.RequirePath("python3", Python, "python3"),
            [
                Path.Combine(AppContext.BaseDirectory, "Servers", "aiosmtpd_server.py"),
                isImplicit ? "implicit" : "starttls", folder.Write("server.pem", serverPem), UserName, Password,
            ]);
        folder.RecordProcess(process.Id, leadsGroup: false);
        if (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } port)
        {
            return new AiosmtpdServer(folder, process, int.Parse(port, CultureInfo.InvariantCulture));
        }

        var said = await process.StandardError.ReadToEndAsync(cancellationToken);
        process.Dispose();
        folder.Dispose();
        Assert.SkipWhen(said.Contains("No module named 'aiosmtpd'", StringComparison.Ordinal), "aiosmtpd is not installed (Debian package python3-aiosmtpd).");
        throw new InvalidOperationException($"aiosmtpd did not start: {said}");
    }

    /// <summary>So many messages, in the order in which it took them.</summary>
    public async Task<TakenMessage[]> TakeAsync(int count, CancellationToken cancellationToken) =>
        await _taken.Reader.ReadAllAsync(cancellationToken).Take(count).ToArrayAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await _reader;
        _process.Dispose();
        _folder.Dispose();
    }

    private async Task ReadAsync()
    {
        // Its word on errors is thrown away, or it would wait for somebody to read it.
        var errors = _process.StandardError.ReadToEndAsync();
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            _taken.Writer.TryWrite(JsonSerializer.Deserialize<TakenMessage>(line, JsonSerializerOptions.Web)!);
        }

        _taken.Writer.Complete();
        await errors;
    }
}

/// <summary>A message as aiosmtpd took it.</summary>
internal sealed record TakenMessage(string From, string[] Recipients, byte[] Content, string? User, bool Tls);
