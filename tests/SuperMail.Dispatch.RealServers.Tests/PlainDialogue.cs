using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace SuperMail.Dispatch.RealServers.Tests;

/// <summary>An SMTP dialogue by hand, to prove the servers and not the library.</summary>
internal sealed class PlainDialogue : IDisposable
{
    private readonly TcpClient _client = new();
    private Stream _stream = Stream.Null;
    private StreamReader _reader = StreamReader.Null;

    public static async Task<PlainDialogue> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        var dialogue = new PlainDialogue();
        await dialogue._client.ConnectAsync(host, port, cancellationToken);
        dialogue.Use(dialogue._client.GetStream());
        return dialogue;
    }

    /// <summary>Sends a line (none: reads the greeting) and reads the whole reply, lines parted by LF.</summary>
    public async Task<string> SayAsync(string? line, CancellationToken cancellationToken)
    {
        if (line is not null)
        {
            await _stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), cancellationToken);
        }

        var reply = new StringBuilder();
        while (await _reader.ReadLineAsync(cancellationToken) is { } text)
        {
            reply.Append(text).Append('\n');
            if (text is [_, _, _, ' ', ..] or { Length: 3 })
            {
                break;
            }
        }

        return reply.ToString();
    }

    /// <summary>Goes on over TLS, trusting this authority only.</summary>
    public async Task SecureAsync(string hostName, string authorityPath, CancellationToken cancellationToken)
    {
        using var authority = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(authorityPath, cancellationToken));
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(authority);
        var tls = new SslStream(_stream);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = hostName, CertificateChainPolicy = policy }, cancellationToken);
        Use(tls);
    }

    public void Dispose()
    {
        _reader.Dispose();
        _stream.Dispose();
        _client.Dispose();
    }

    private void Use(Stream stream)
    {
        _stream = stream;
        _reader = new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
    }
}
