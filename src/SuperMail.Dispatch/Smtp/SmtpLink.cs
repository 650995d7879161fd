using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Smtp;

/// <summary>
/// A connection that is ready for messages, what was agreed on it and how it stands; and what happens on it while
/// nothing is outstanding.
/// </summary>
internal sealed class SmtpLink : IAsyncDisposable
{
    private readonly Activity? _activity;
    private bool _hasWaited;
    private bool _isDisposed;

    public SmtpLink(
        SmtpConnection connection, SessionTerms terms, SmtpFaults faults, RemoteMemory memory, ILogger logger, Activity? activity = null)
    {
        Connection = connection;
        Terms = terms;
        Faults = faults;
        Logger = logger;
        Record = new SessionRecord(terms, memory, faults.Relay, logger);
        _activity = activity;
        DispatchMeter.OpenConnections.Add(1);
    }

    public SmtpConnection Connection { get; }

    public SessionTerms Terms { get; }

    public SmtpFaults Faults { get; }

    public SessionRecord Record { get; }

    public ILogger Logger { get; }

    /// <summary>True when replies to accepted content are logged, text and all.</summary>
    public bool KeepsSentText => Logger.IsEnabled(LogLevel.Debug);

    /// <summary>No deep flights for an hour to the server that greets as this one did.</summary>
    public void GiveUpDeep(string reason) => Record.GiveUpDeep(Connection.Banner, reason);

    /// <summary>It stands idle before its first message.</summary>
    public void BeginWait()
    {
        _hasWaited = true;
        Connection.Watch();
    }

    /// <summary>True when the relay tired of waiting before the first message.</summary>
    public bool HasGoneWaiting()
    {
        Record.WasIdle = _hasWaited;
        if (!_hasWaited || !Connection.HasStirred)
        {
            return false;
        }

        Record.Break();
        return true;
    }

    /// <summary>Waits for a message with nothing outstanding; meanwhile it is noticed when the relay goes.</summary>
    public async ValueTask<OutgoingMessage?> NextAsync(Intake intake)
    {
        if (intake.TakeReady() is { } ready)
        {
            return ready;
        }

        if (intake.HasEnded)
        {
            return null;
        }

        Connection.Watch();
        Record.WasIdle = true;
        var next = await intake.WaitAsync().ConfigureAwait(false);
        if (next is not null && Connection.HasStirred)
        {
            // A relay that tires of waiting is no fault and teaches nothing: the caller opens another connection.
            Record.Break();
            next.Report(Verdict.NotSent);
            return null;
        }

        return next;
    }

    /// <summary>A reply that nobody asked for: 421 means that the relay goes (RFC 5321 §3.8), all else that replies have shifted.</summary>
    public async ValueTask<SmtpReply> ReadUnaskedAsync()
    {
        try
        {
            return await Connection.ReadReplyAsync(Terms.Timeouts.Quit).ConfigureAwait(false);
        }
        catch (WireException)
        {
            return default;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        await SayGoodbyeAsync().ConfigureAwait(false);
        await Connection.DisposeAsync().ConfigureAwait(false);
        _activity?.SetTag("supermail.accepted", Record.Accepted).Dispose();
        DispatchMeter.OpenConnections.Add(-1);
        DispatchLog.SmtpEnded(Logger, Faults.Relay, Record.Accepted, Record.State.ToString());
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SayGoodbyeAsync()
    {
        // Never behind an end of data whose reply is out: garbage would make the reply to QUIT pass for it.
        if (Record.State == SessionState.Broken || Connection.HasInput)
        {
            return;
        }

        try
        {
            await CommandLine.AskAsync(Connection, "QUIT", Terms.Timeouts.Quit).ConfigureAwait(false);
        }
        catch (WireException)
        {
            // It is over either way.
        }
    }
}
