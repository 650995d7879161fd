using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Smtp;

/// <summary>
/// One connection, ready for messages. The content of message n leaves together with the envelope of n+1, so that a
/// message costs one round trip.
/// </summary>
internal sealed class SmtpSession : IAnnouncingSession, IWaitingSession
{
    private readonly SmtpConnection _connection;
    private readonly SessionTerms _terms;
    private readonly SmtpFaults _faults;
    private readonly ILogger _logger;
    private readonly Activity? _activity;
    private readonly Dialogue _dialogue;
    private readonly SessionRecord _record;
    private readonly GroupJudge _judge;
    private readonly ReplyGroup _group = new();
    private bool _hasWaited;
    private bool _isDisposed;

    public SmtpSession(
        SmtpConnection connection, SessionTerms terms, SmtpFaults faults, RemoteMemory memory, ILogger logger, Activity? activity = null)
    {
        _connection = connection;
        _terms = terms;
        _faults = faults;
        _logger = logger;
        _activity = activity;
        _dialogue = new Dialogue(connection, terms, keepSentText: logger.IsEnabled(LogLevel.Debug));
        _record = new SessionRecord(terms, memory, faults.Relay, logger);
        _judge = new GroupJudge(terms, _record, faults, logger);
        DispatchMeter.OpenConnections.Add(1);
    }

    /// <summary>What was agreed.</summary>
    public SessionTerms Terms => _terms;

    public void BeginWait()
    {
        _hasWaited = true;
        _connection.Watch();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask SendAsync(IMailFeed feed, CancellationToken cancellationToken)
    {
        _record.WasIdle = _hasWaited;
        if (_hasWaited && _connection.HasStirred)
        {
            _record.Break(); // it tired of waiting before anything was pulled: the caller opens another connection
            return;
        }

        await using var stop = cancellationToken
            .UnsafeRegister(static connection => ((SmtpConnection)connection!).Stop(), _connection).ConfigureAwait(false);
        var intake = new Intake(feed, _terms.Capabilities, cancellationToken);
        OutgoingMessage? open = null;   // its envelope is accepted: the relay waits for its content
        OutgoingMessage? again = null;  // its envelope was pushed aside by what happened to the message before it
        try
        {
            while (open is not null || _record.MayOpen)
            {
                // A flight never waits for n+1: while content is to leave, only what is ready goes with it.
                var next = again ?? (open is null ? await NextAsync(intake).ConfigureAwait(false) : _record.MayOverlap ? intake.TakeReady() : null);
                again = null;
                if (open is null && next is null)
                {
                    return;
                }

                _group.Begin(open, next, _record.NeedsReset && next is not null);
                var leftAlone = open is not null && next is null && _record.MayOverlap;
                open = null;
                var outcome = await ExchangeAsync(cancellationToken).ConfigureAwait(false);

                // Content that left alone because nothing else was ready: from here on the relay waits for us.
                _record.WasIdle = leftAlone;
                (open, again) = (outcome.Open, outcome.Again);
                if (outcome.Fault is { } fault)
                {
                    throw fault;
                }
            }
        }
        finally
        {
            // Everything that was pulled is answered for before the caller hears of anything else.
            if (open is not null)
            {
                _record.Break();
                open.Report(Verdict.NotSent);
            }

            again?.Report(Verdict.NotSent);
            _group.ReportContent(Verdict.NotSent);
            _group.ReportEnvelope(Verdict.NotSent);
            await intake.DisposeAsync().ConfigureAwait(false);
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
        await _connection.DisposeAsync().ConfigureAwait(false);
        _dialogue.Dispose();
        _activity?.SetTag("supermail.accepted", _record.Accepted).Dispose();
        DispatchMeter.OpenConnections.Add(-1);
        DispatchLog.SmtpEnded(_logger, _faults.Relay, _record.Accepted, _record.State.ToString());
    }

    /// <summary>Waits for a message with nothing outstanding; meanwhile it is noticed when the relay goes.</summary>
    private async ValueTask<OutgoingMessage?> NextAsync(Intake intake)
    {
        if (intake.TakeReady() is { } ready)
        {
            return ready;
        }

        if (intake.HasEnded)
        {
            return null;
        }

        _connection.Watch();
        _record.WasIdle = true;
        var next = await intake.WaitAsync().ConfigureAwait(false);
        if (next is not null && _connection.HasStirred)
        {
            // A relay that tires of waiting is no fault and teaches nothing: the caller opens another connection.
            _record.Break();
            next.Report(Verdict.NotSent);
            return null;
        }

        return next;
    }

    /// <summary>One flight out, its replies in, judged.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<GroupOutcome> ExchangeAsync(CancellationToken cancellationToken)
    {
        if (_connection.HasInput)
        {
            // Nothing may be sent where bytes wait that no command explains.
            var early = await ReadExtraAsync().ConfigureAwait(false);
            return early.Closes
                ? _judge.Judge(_group, ContentState.Unsent, early)
                : new GroupOutcome(Fault: _judge.JudgeSurplus(_group, ContentState.Unsent));
        }

        WireException? broken = null;
        try
        {
            var start = _group.Content is not null && DispatchMeter.EndOfDataDuration.Enabled ? _connection.Time.GetTimestamp() : 0;
            await _dialogue.RunAsync(_group).ConfigureAwait(false);
            if (start != 0)
            {
                DispatchMeter.EndOfDataDuration.Record(_connection.Time.GetElapsedTime(start).TotalSeconds);
            }
        }
        catch (WireException e)
        {
            broken = e;
        }

        SmtpReply goodbye = default;
        if (broken is null && _connection.HasBufferedInput)
        {
            goodbye = await ReadExtraAsync().ConfigureAwait(false);
            if (!goodbye.Closes)
            {
                return new GroupOutcome(Fault: _judge.JudgeSurplus(_group, _dialogue.Content));
            }
        }

        var outcome = _judge.Judge(_group, _dialogue.Content, goodbye, broken);
        if (broken is { Fault: WireFault.Stopped })
        {
            throw new OperationCanceledException(broken.Message, broken, cancellationToken);
        }

        return _record.OwesLoneDot ? await SendLoneDotAsync().ConfigureAwait(false) : outcome;
    }

    /// <summary>RFC 2920 §3.1: DATA was accepted although every RCPT was refused; the dot ends it, with no message.</summary>
    private async ValueTask<GroupOutcome> SendLoneDotAsync()
    {
        _record.OwesLoneDot = false;
        try
        {
            var reply = await CommandLine.AskAsync(_connection, ".", _terms.Timeouts.EndOfData).ConfigureAwait(false);
            _record.Count(reply);
            if (!reply.Closes && reply.FirstDigit != 3)
            {
                return default;
            }

            _record.Break();
            return new GroupOutcome(Fault: reply.Closes
                ? _faults.Closing(DeliveryPhase.EndOfData, reply)
                : _faults.Unexpected(DeliveryPhase.EndOfData, reply));
        }
        catch (WireException e)
        {
            _record.Break();
            return new GroupOutcome(Fault: _faults.Broken(DeliveryPhase.EndOfData, e));
        }
    }

    /// <summary>A reply that nobody asked for: 421 means that the relay goes (RFC 5321 §3.8), all else that replies have shifted.</summary>
    private async ValueTask<SmtpReply> ReadExtraAsync()
    {
        try
        {
            return await _connection.ReadReplyAsync(_terms.Timeouts.Quit).ConfigureAwait(false);
        }
        catch (WireException)
        {
            return default;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SayGoodbyeAsync()
    {
        // Never behind an end of data whose reply is out: garbage would make the reply to QUIT pass for it.
        if (_record.State == SessionState.Broken || _connection.HasInput)
        {
            return;
        }

        try
        {
            await CommandLine.AskAsync(_connection, "QUIT", _terms.Timeouts.Quit).ConfigureAwait(false);
        }
        catch (WireException)
        {
            // It is over either way.
        }
    }
}
