using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Testing;

/// <summary>A client without a mind of its own: sends what the test says, reads what comes.</summary>
internal sealed class Dialogue : IAsyncDisposable
{
    // Only there so that a broken test ends; no test waits for it.
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(30));
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[64 * 1024];
    private Stream _stream = Stream.Null;
    private int _start;
    private int _end;

    /// <summary>Connects and says nothing, not even reading the greeting.</summary>
    public static async Task<Dialogue> ConnectAsync(SmtpTestServer server)
    {
        var dialogue = new Dialogue();
        await dialogue._socket.ConnectAsync(server.EndPoint);
        dialogue._stream = new NetworkStream(dialogue._socket);
        return dialogue;
    }

    /// <summary>Connects, reads the greeting, says EHLO.</summary>
    public static async Task<Dialogue> GreetedAsync(SmtpTestServer server)
    {
        Dialogue dialogue = await ConnectAsync(server);
        Assert.StartsWith("220 ", await dialogue.ReadAsync());
        Assert.StartsWith("250", await dialogue.AskAsync("EHLO client.test"));
        return dialogue;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> octets) => await _stream.WriteAsync(octets, _patience.Token);

    /// <summary>Sends a line and reads its reply.</summary>
    public async Task<string> AskAsync(string line)
    {
        await SendAsync(line + "\r\n");
        return await ReadAsync();
    }

    /// <summary>Sends lines in one write and reads a reply for each.</summary>
    public async Task<string[]> AskGroupAsync(params string[] lines)
    {
        await SendAsync(string.Concat(lines.Select(l => l + "\r\n")));
        return await ReadManyAsync(lines.Length);
    }

    /// <summary>The first three digits of each reply of a group.</summary>
    public async Task<string> CodesAsync(params string[] lines) =>
        string.Join(' ', (await AskGroupAsync(lines)).Select(r => r[..3]));

    public async Task<string[]> ReadManyAsync(int count)
    {
        var replies = new string[count];
        for (int i = 0; i < count; i++)
        {
            replies[i] = await ReadAsync();
        }

        return replies;
    }

    /// <summary>A whole reply, its lines parted by LF, without the last line end.</summary>
    public async Task<string> ReadAsync()
    {
        var reply = new StringBuilder();
        while (true)
        {
            string line = await ReadLineAsync();
            reply.Append(line);
            if (line.Length < 4 || line[3] != '-')
            {
                return reply.ToString();
            }

            reply.Append('\n');
        }
    }

    /// <summary>Everything until the server's FIN. A reset is an exception.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await FillAsync())
        {
        }

        string rest = Encoding.UTF8.GetString(_buffer, _start, _end - _start);
        _start = _end;
        return rest;
    }

    public void SendFin() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>The handshake, with full validation against this authority alone.</summary>
    public Task SecureAsync(string name, X509Certificate2 authority) => HandshakeAsync(name, authority, null);

    /// <summary>The handshake whatever the certificate is worth; tells what was wrong with it.</summary>
    [SuppressMessage("Security", "CA5359", Justification = "What is wrong with it is the test's question.")]
    public async Task<SslPolicyErrors> JudgeCertificateAsync(string name, X509Certificate2 authority)
    {
        SslPolicyErrors seen = default;
        await HandshakeAsync(name, authority, (_, _, _, errors) =>
        {
            seen = errors;
            return true;
        });
        return seen;
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _socket.Dispose();
        _patience.Dispose();
    }

    private async Task HandshakeAsync(string name, X509Certificate2 authority, RemoteCertificateValidationCallback? judge)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(authority);
        var secured = new SslStream(_stream);
        await secured.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = name, CertificateChainPolicy = policy, RemoteCertificateValidationCallback = judge },
            _patience.Token);
        _stream = secured;
    }

    private async Task<string> ReadLineAsync()
    {
        int end;
        while ((end = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n"u8)) < 0)
        {
            if (!await FillAsync())
            {
                throw new EndOfStreamException("The server closed; unread: " + Encoding.UTF8.GetString(_buffer, _start, _end - _start));
            }
        }

        string line = Encoding.UTF8.GetString(_buffer, _start, end);
        _start += end + 2;
        return line;
    }

    private async Task<bool> FillAsync()
    {
        int read = await _stream.ReadAsync(_buffer.AsMemory(_end), _patience.Token);
        _end += read;
        return read > 0;
    }
}
