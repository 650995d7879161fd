using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Smtp;

/// <summary>The built-in SMTP engine of one lane. Safe for several threads at once.</summary>
internal sealed class SmtpTransport : ILearningTransport, IDisposable
{
    private readonly Func<EmailSettings> _settings;
    private readonly SmtpTrust _trust;
    private readonly TokenSource? _tokens;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Func<bool> _logAddresses;
    private readonly RemoteMemories _memories;

    /// <param name="settings">The present settings; asked at each opening, so that a change holds from the next connection on.</param>
    /// <param name="tokens">The host's token provider, or null.</param>
    /// <param name="trust">Certificates and the host's own check of the relay's, or null.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where the room's sentences go.</param>
    /// <param name="logAddresses">Whether addresses stand unmasked there; null = never.</param>
    public SmtpTransport(
        Func<EmailSettings> settings,
        ISmtpTokenProvider? tokens = null,
        SmtpTrust? trust = null,
        TimeProvider? time = null,
        ILogger? logger = null,
        Func<bool>? logAddresses = null)
    {
        _settings = settings;
        _tokens = tokens is null ? null : new TokenSource(tokens);
        _trust = trust ?? new SmtpTrust();
        _time = time ?? TimeProvider.System;
        _logger = logger ?? NullLogger.Instance;
        _logAddresses = logAddresses ?? (static () => false);
        _memories = new RemoteMemories(_time);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<IMailSession> OpenAsync(CancellationToken cancellationToken) =>
        await OpenSessionAsync(_settings(), cancellationToken).ConfigureAwait(false);

    public void Dispose() => _tokens?.Dispose();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<IMailSession> OpenSessionAsync(EmailSettings settings, CancellationToken cancellationToken)
    {
        var link = await OpenLinkAsync(settings, mayGoDeep: true, cancellationToken).ConfigureAwait(false);
        return link.Terms.Depth == 0
            ? new SmtpSession(link)
            : new DeepSession(link, async token => new SmtpSession(await OpenLinkAsync(settings, mayGoDeep: false, token).ConfigureAwait(false)));
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SmtpLink> OpenLinkAsync(EmailSettings settings, bool mayGoDeep, CancellationToken cancellationToken)
    {
        var (connection, capabilities, memory, faults, activity) = await ConnectAsync(settings, null, cancellationToken).ConfigureAwait(false);
        var pipelining = settings.Pipelining != SmtpPipelining.Off && capabilities.Pipelining && memory.AllowsPipelining;
        var chunking = settings.UseChunking && capabilities.Chunking && memory.AllowsChunking;
        var isDeep = mayGoDeep && settings.Pipelining == SmtpPipelining.Deep && pipelining && chunking && memory.AllowsDeep(connection.Banner);
        var terms = new SessionTerms(
            capabilities, pipelining, chunking, settings.Timeouts, isDeep ? settings.PipelineDepth : 0, _logAddresses());
        DispatchLog.SmtpConnected(
            _logger, faults.Relay, connection.IsSecure ? "TLS" : "clear text",
            (isDeep ? SmtpPipelining.Deep : pipelining ? SmtpPipelining.Standard : SmtpPipelining.Off).ToString(), terms.Chunking);
        return new SmtpLink(connection, terms, faults, memory, _logger, activity);
    }

    public int? MessagesPerConnection =>
        _settings() is { Host: { } host, Port: var port } && _memories.Of(host, port).MessageCap is < int.MaxValue and var cap ? cap : null;

    /// <summary>The settings as they are now.</summary>
    internal EmailSettings CurrentSettings => _settings();

    internal TimeProvider Time => _time;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<(SmtpConnection, SmtpCapabilities, RemoteMemory, SmtpFaults, Activity?)> ConnectAsync(
        EmailSettings settings, OpeningJournal? journal, CancellationToken cancellationToken)
    {
        var memory = _memories.Of(settings.Host ?? "", settings.Port);
        var faults = new SmtpFaults(settings);
        var login = new SmtpLogin(settings, _tokens, memory, faults, _logger);
        var opening = new SmtpOpening(settings, _trust, login, memory, faults, _time, _logger, journal);

        // Lives as long as the connection; not the parent of what the caller does meanwhile.
        var activity = DispatchMeter.Activities.StartActivity("smtp.connection", ActivityKind.Client);
        activity?.SetTag("server.address", settings.Host).SetTag("server.port", settings.Port);
        var start = _time.GetTimestamp();
        try
        {
            var (connection, capabilities) = await opening.OpenAsync(cancellationToken).ConfigureAwait(false);
            DispatchMeter.ConnectDuration.Record(_time.GetElapsedTime(start).TotalSeconds);
            DispatchMeter.Connections.Add(1, new KeyValuePair<string, object?>("result", "ok"));
            return (connection, capabilities, memory, faults, activity);
        }
        catch (Exception e)
        {
            var type = e switch
            {
                MailTransportException { Fault: var fault } => Name(fault),
                OperationCanceledException => "cancelled",
                _ => "other",
            };
            DispatchMeter.Connections.Add(1, new KeyValuePair<string, object?>("result", type));
            activity?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", type).Dispose();
            throw;
        }
    }

    // A closed list: metrics must not grow with what relays say.
    private static string Name(TransportFault fault) => fault switch
    {
        TransportFault.SlowDown => "slow_down",
        TransportFault.Authentication => "authentication",
        TransportFault.Security => "security",
        TransportFault.Configuration => "configuration",
        _ => "connection",
    };
}
