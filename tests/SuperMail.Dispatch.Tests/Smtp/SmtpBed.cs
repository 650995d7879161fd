using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Smtp;
using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Smtp;

/// <summary>How content and envelopes travel: every rule of the engine is tried in each.</summary>
public enum WireMode
{
    OffData,
    OffBdat,
    StandardData,
    StandardBdat,
    Deep,
}

/// <summary>A server, settings that fit it, and the engine between.</summary>
internal sealed class SmtpBed : IAsyncDisposable
{
    public static readonly TheoryData<WireMode> AllModes =
        [WireMode.OffData, WireMode.OffBdat, WireMode.StandardData, WireMode.StandardBdat];

    private SmtpBed(SmtpTestServer server, WireMode mode, TimeProvider? clock, ISmtpTokenProvider? tokens, SmtpTrust? trust)
    {
        Server = server;
        Settings = new EmailSettings
        {
            Host = server.Host,
            Port = server.Port,
            LocalName = "client.example.org",
            DefaultFromAddress = "sender@example.org",
            CheckSmtpRecipient = "check@example.org",
            Pipelining = mode switch
            {
                WireMode.OffData or WireMode.OffBdat => SmtpPipelining.Off,
                WireMode.Deep => SmtpPipelining.Deep,
                _ => SmtpPipelining.Standard,
            },
            UseChunking = mode is WireMode.OffBdat or WireMode.StandardBdat or WireMode.Deep,
        };
        Log = new RecordingLogger();
        Transport = new SmtpTransport(() => Settings, tokens, trust, clock, Log);
    }

    public SmtpTestServer Server { get; }

    public EmailSettings Settings { get; set; }

    public SmtpTransport Transport { get; }

    public RecordingLogger Log { get; }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static SmtpBed Start(
        WireMode mode = WireMode.StandardBdat,
        Action<SmtpTestServerOptions>? configure = null,
        TimeProvider? clock = null,
        ISmtpTokenProvider? tokens = null,
        SmtpTrust? trust = null) =>
        new(SmtpTestServer.Start(configure ?? (static _ => { })), mode, clock, tokens, trust);

    public static TestMail[] Mails(params string[] names) => [.. names.Select(name => new TestMail($"{name}@example.net"))];

    /// <summary>One session, one turn; the fault it ended with, or null.</summary>
    public async Task<MailTransportException?> SendAsync(params TestMail[] messages) => await SendAsync(new TestFeed(messages));

    public async Task<MailTransportException?> SendAsync(TestFeed feed)
    {
        await using var session = await Transport.OpenAsync(Token);
        try
        {
            await session.SendAsync(feed, Token);
            return null;
        }
        catch (MailTransportException e)
        {
            return e;
        }
    }

    /// <summary>Sessions until the feed is exhausted, as a slot does it.</summary>
    public async Task SendAllAsync(params TestMail[] messages)
    {
        var feed = new TestFeed(messages);
        while (!feed.IsExhausted)
        {
            Assert.Null(await SendAsync(feed));
        }
    }

    /// <summary>The client's lines on a connection, once it has ended.</summary>
    public async Task<string[]> LinesAsync(int connection = 1)
    {
        await Server.WaitForIdleAsync(Token);
        return [.. Server.Connections[connection - 1].Log.Where(line => line.StartsWith("C: ", StringComparison.Ordinal)).Select(line => line[3..])];
    }

    public async ValueTask DisposeAsync()
    {
        Transport.Dispose();
        await Server.DisposeAsync();
    }
}

/// <summary>Keeps what was logged.</summary>
internal sealed class RecordingLogger : ILogger
{
    private readonly Lock _lock = new();
    private readonly List<(LogLevel Level, int Id, string Text)> _entries = [];

    public IReadOnlyList<(LogLevel Level, int Id, string Text)> Entries
    {
        get
        {
            lock (_lock)
            {
                return [.. _entries];
            }
        }
    }

    public LogLevel Least { get; set; } = LogLevel.Information;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= Least;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lock)
        {
            _entries.Add((logLevel, eventId.Id, formatter(state, exception)));
        }
    }
}
