using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using SuperMail.Dispatch.Testing.Protocol;

namespace SuperMail.Dispatch.Testing;

/// <summary>An SMTP server on a real loopback socket, for tests: it speaks correct SMTP, keeps and counts what it
/// receives, and departs from good behaviour exactly where a rule tells it to.</summary>
/// <example><code>
/// await using var server = SmtpTestServer.Start();
/// server.On(SmtpVerb.Rcpt, when: c => c.Argument.Contains("bad@"), reply: "550 5.1.1 no such user");
/// // ... send to server.Host, server.Port ...
/// await server.WaitForMessagesAsync(10);
/// </code></example>
/// <remarks>Every member may be used from any thread while the server runs. No wait sleeps or polls.</remarks>
public sealed class SmtpTestServer : IAsyncDisposable
{
    internal static readonly int VerbCount = Enum.GetValues<SmtpVerb>().Length;

    private readonly CancellationTokenSource _stopping = new();
    private readonly Listener _listener;
    private readonly Lazy<TestCertificates> _certificates = new();
    private readonly Lazy<X509Certificate2> _ownCertificate;

    private readonly Lock _lock = new();
    private readonly Dictionary<Connection, Task> _sessions = [];
    private readonly List<SmtpTestConnection> _connections = [];
    private readonly List<ReceivedMessage> _messages = [];
    private readonly List<Exception> _faults = [];
    private bool _disposed;

    private SmtpTestServer(SmtpTestServerOptions options)
    {
        Options = options;
        Counters = new ServerCounters(Signals);
        Rules = new RuleBook(Signals);
        _ownCertificate = new Lazy<X509Certificate2>(() => _certificates.Value.For("localhost", "127.0.0.1", options.HostName));
        _listener = new Listener(Serve, AddFault);
    }

    /// <summary>What the server offers; may be changed while it runs.</summary>
    public SmtpTestServerOptions Options { get; }

    /// <summary>The address to connect to: <c>127.0.0.1</c>.</summary>
    public string Host => EndPoint.Address.ToString();

    /// <summary>The port, chosen by the system.</summary>
    public int Port => EndPoint.Port;

    /// <summary>Address and port.</summary>
    public IPEndPoint EndPoint => _listener.EndPoint;

    /// <summary>The private authority that issued the server's own certificate; a client that trusts it can validate
    /// the server in full. Public part only.</summary>
    public X509Certificate2 Authority => _certificates.Value.Authority;

    /// <summary>Connections accepted so far.</summary>
    public int TotalConnections => Counters.Total;

    /// <summary>Connections open now. One stops counting before its 221 is written, or when the client's FIN is seen,
    /// so that a client that reconnects at once is never counted as one too many.</summary>
    public int OpenConnections => Counters.Open;

    /// <summary>The most connections that were ever open at once.</summary>
    public int MaxOpenConnections => Counters.MaxOpen;

    /// <summary>Messages accepted so far, kept or not.</summary>
    public int MessagesAccepted => Counters.Messages;

    /// <summary>Replies of 4xx and 5xx sent so far.</summary>
    public int Errors => Counters.Errors;

    /// <summary>The accepted messages, in order. Empty when <see cref="SmtpTestServerOptions.KeepMessages"/> is off.</summary>
    public IReadOnlyList<ReceivedMessage> Messages => Snapshot(_messages);

    /// <summary>Every connection so far, in order, with its log. Empty when
    /// <see cref="SmtpTestServerOptions.KeepConnections"/> is off.</summary>
    public IReadOnlyList<SmtpTestConnection> Connections => Snapshot(_connections);

    /// <summary>How many messages each connection has carried, in order of connections.</summary>
    public IReadOnlyList<int> MessagesPerConnection => [.. Connections.Select(c => c.MessagesAccepted)];

    /// <summary>Faults in the server's own code or in a rule's predicate. <see cref="DisposeAsync"/> throws them.</summary>
    public IReadOnlyList<Exception> Faults => Snapshot(_faults);

    internal CancellationToken Stopping => _stopping.Token;

    internal SignalBoard Signals { get; } = new();

    internal ServerCounters Counters { get; }

    internal RuleBook Rules { get; }

    internal X509Certificate2 Certificate => Options.Certificate ?? _ownCertificate.Value;

    /// <summary>Starts a server; it listens when this returns.</summary>
    /// <param name="options">What it offers; the defaults when null.</param>
    public static SmtpTestServer Start(SmtpTestServerOptions? options = null) => new(options ?? new SmtpTestServerOptions());

    /// <summary>Starts a server; it listens when this returns.</summary>
    /// <param name="configure">Changes the default options.</param>
    public static SmtpTestServer Start(Action<SmtpTestServerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new SmtpTestServerOptions();
        configure(options);
        return new SmtpTestServer(options);
    }

    /// <summary>Adds a rule: this command gets this reply. Rules of a verb are tried in the order in which they were
    /// added; the first that matches and has uses left is taken.</summary>
    /// <param name="verb">The command.</param>
    /// <param name="reply">The reply, see <see cref="SmtpAction.Reply"/>.</param>
    /// <param name="when">Which commands of that verb; null means all. Runs on the connection's thread.</param>
    /// <param name="times">How often the rule may be used; null means always.</param>
    public SmtpRule On(SmtpVerb verb, string reply, Func<ReceivedCommand, bool>? when = null, int? times = null) =>
        Rules.Add(verb, SmtpAction.Reply(reply), when, times);

    /// <summary>Adds a rule: at this command or moment, do this.</summary>
    /// <param name="verb">The command or moment.</param>
    /// <param name="action">What to do.</param>
    /// <param name="when">Which commands of that verb; null means all. Runs on the connection's thread.</param>
    /// <param name="times">How often the rule may be used; null means always.</param>
    public SmtpRule On(SmtpVerb verb, SmtpAction action, Func<ReceivedCommand, bool>? when = null, int? times = null) =>
        Rules.Add(verb, action, when, times);

    /// <summary>How often the verb came, over all connections.</summary>
    /// <param name="verb">The verb.</param>
    public long CountOf(SmtpVerb verb) => Counters.CountOf(verb);

    /// <summary>Closes the listening socket: further connections are refused by the system. Open ones live on.</summary>
    public Task RefuseConnectionsAsync() => _listener.StopAsync(isToComeBack: true);

    /// <summary>Listens again on the same port after <see cref="RefuseConnectionsAsync"/>.</summary>
    public void AcceptConnections() => _listener.Start();

    /// <summary>Resets every open connection (RST), as a crash of the relay's host would.</summary>
    public void ResetConnections()
    {
        lock (_lock)
        {
            foreach (Connection connection in _sessions.Keys)
            {
                connection.Reset();
            }
        }
    }

    /// <summary>Completes when this many messages have been accepted since the start.</summary>
    /// <param name="count">How many.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitForMessagesAsync(int count, CancellationToken cancellationToken = default) =>
        Signals.WaitAsync(() => MessagesAccepted >= count, cancellationToken);

    /// <summary>Completes when this many connections have been accepted since the start.</summary>
    /// <param name="count">How many.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitForConnectionsAsync(int count, CancellationToken cancellationToken = default) =>
        Signals.WaitAsync(() => TotalConnections >= count, cancellationToken);

    /// <summary>Completes when the verb has come this often, over all connections; its reply may not have left yet.</summary>
    /// <param name="verb">The verb.</param>
    /// <param name="count">How often.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitForCommandAsync(SmtpVerb verb, int count = 1, CancellationToken cancellationToken = default) =>
        Signals.WaitAsync(() => CountOf(verb) >= count, cancellationToken);

    /// <summary>Completes when no connection is left and every log is complete; at once when none was ever opened.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitForIdleAsync(CancellationToken cancellationToken = default) => Signals.WaitAsync(IsIdle, cancellationToken);

    /// <summary>Stops listening, takes every open connection away and waits until each has ended.</summary>
    /// <exception cref="AggregateException">There were <see cref="Faults"/>.</exception>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _listener.StopAsync(isToComeBack: false).ConfigureAwait(false);
        Task[] sessions;
        lock (_lock)
        {
            sessions = [.. _sessions.Values];
        }

        ResetConnections();
        await Task.WhenAll(sessions).ConfigureAwait(false);
        _stopping.Dispose();
        if (_certificates.IsValueCreated)
        {
            _certificates.Value.Dispose();
        }

        if (Faults is { Count: > 0 } faults)
        {
            throw new AggregateException("The SMTP test server, or a predicate of one of its rules, failed.", faults);
        }
    }

    internal void Keep(ReceivedMessage message)
    {
        Options.OnMessage?.Invoke(message);
        if (!Options.KeepMessages)
        {
            return;
        }

        lock (_lock)
        {
            _messages.Add(message);
        }
    }

    internal void AddFault(Exception fault)
    {
        lock (_lock)
        {
            _faults.Add(fault);
        }
    }

    private void Serve(Socket socket)
    {
        var connection = new Connection(socket);
        var record = new SmtpTestConnection(Counters.Entered());
        lock (_lock)
        {
            if (Options.KeepConnections)
            {
                _connections.Add(record);
            }

            var session = new SmtpSession(this, record, connection);
            _sessions.Add(connection, Task.Run(() => RunAsync(session, connection)));
        }
    }

    private async Task RunAsync(SmtpSession session, Connection connection)
    {
        await session.RunAsync().ConfigureAwait(false);
        lock (_lock)
        {
            _sessions.Remove(connection);
        }

        Signals.Pulse();
    }

    private bool IsIdle()
    {
        lock (_lock)
        {
            return _sessions.Count == 0;
        }
    }

    private IReadOnlyList<T> Snapshot<T>(List<T> list)
    {
        lock (_lock)
        {
            return [.. list];
        }
    }
}
