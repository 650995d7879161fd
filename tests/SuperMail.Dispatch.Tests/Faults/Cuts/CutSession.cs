using System.Security.Cryptography.X509Certificates;
using SuperMail.Dispatch.Smtp;
using SuperMail.Dispatch.Testing;
using SuperMail.Dispatch.Tests.Smtp;

namespace SuperMail.Dispatch.Tests.Faults.Cuts;

/// <summary>How three messages travel: by what, with how many in a flight, in clear or not.</summary>
internal readonly record struct CutMode(bool Chunking, SmtpPipelining Pipelining, bool Tls)
{
    /// <summary>Client flights from one end of data to the next.</summary>
    public int Stride => Pipelining == SmtpPipelining.Standard ? 1 : Chunking ? 3 : 4;

    public override string ToString() => $"{(Chunking ? "BDAT" : "DATA")} {Pipelining} {(Tls ? "TLS" : "clear")}";
}

/// <summary>Sends three messages over the proxy, then what came back over further connections; one relay serves many cuts.</summary>
internal sealed class CutSession : IAsyncDisposable
{
    private static readonly TestCertificates s_authority = new();
    private static readonly X509Certificate2 s_certificate = s_authority.For("127.0.0.1");

    private readonly SmtpTestServer _server;
    private readonly CuttingProxy _proxy;
    private readonly CutMode _mode;

    public CutSession(CutMode mode)
    {
        _mode = mode;
        _server = SmtpTestServer.Start(options =>
        {
            options.ImplicitTls = mode.Tls;
            options.Certificate = s_certificate;
            options.KeepLog = false;
        });
        _proxy = new CuttingProxy(_server.EndPoint);
    }

    /// <summary>What came of a cut.</summary>
    /// <param name="Script">Where it struck.</param>
    /// <param name="First">The verdicts that the cut connection brought; null = never pulled.</param>
    /// <param name="Taken">How often the relay took each message, in the end.</param>
    /// <param name="TakenThen">Whether the relay took it over the cut connection.</param>
    /// <param name="Fault">How the connection, or its opening, ended.</param>
    internal sealed record Account(
        ProxiedConnection.Script Script, VerdictKind?[] First, int[] Taken, bool[] TakenThen, TransportFault? Fault);

    /// <summary>The content of message 0, 1 or 2: at most 150 octets, with lines of dots and lines that are commands.</summary>
    public static string ContentOf(int message) => $"Subject: {message}\r\n\r\n..\r\n.\r\nQUIT\r\n.{message}\r\n";

    public async Task<Account> RunAsync(string name, Cut? cut)
    {
        var script = _proxy.Arm(cut);
        using var transport = new SmtpTransport(Settings, trust: new SmtpTrust((_, shown, _, _) => s_certificate.Equals(shown)));
        TestMail[] mails = [.. Enumerable.Range(0, 3).Select(i => Mail(name, i))];
        var fault = await SendAsync(transport, mails);
        await _server.WaitForIdleAsync(SmtpBed.Token);
        bool[] takenThen = [.. mails.Select(mail => Taken(mail) > 0)];

        // What came back uncharged, or never left, goes over other connections until all is answered.
        var first = mails.Select(static mail => mail.Kind).ToArray();
        var left = mails;
        while ((left = [.. left.Where(static m => m.Kind is null or VerdictKind.NotSent).Select(static m => new TestMail(m.To, m.Text))]).Length > 0)
        {
            await SendAsync(transport, left);
        }

        await _server.WaitForIdleAsync(SmtpBed.Token);
        return new Account(script, first, [.. mails.Select(Taken)], takenThen, fault);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    private static async Task<TransportFault?> SendAsync(SmtpTransport transport, TestMail[] mails)
    {
        try
        {
            await using var session = await transport.OpenAsync(SmtpBed.Token);
            await session.SendAsync(new TestFeed(mails), SmtpBed.Token);
            return null;
        }
        catch (MailTransportException e)
        {
            return e.Fault;
        }
    }

    private static TestMail Mail(string name, int message) => new($"{name}-{message}@example.net", ContentOf(message));

    private int Taken(TestMail mail) => _server.Messages.Count(m => m.Recipients.Contains(mail.To) && m.Text == mail.Text);

    private EmailSettings Settings() => new()
    {
        Host = "127.0.0.1",
        Port = _proxy.Port,
        LocalName = "client.example.org",
        UseChunking = _mode.Chunking,
        Pipelining = _mode.Pipelining,
        UseSsl = _mode.Tls,
        TlsMode = _mode.Tls ? SmtpTlsMode.Implicit : SmtpTlsMode.None,
    };
}
