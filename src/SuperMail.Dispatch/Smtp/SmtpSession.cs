using System.Runtime.CompilerServices;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Smtp;

/// <summary>
/// One connection, ready for messages. The content of message n leaves together with the envelope of n+1, so that a
/// message costs one round trip.
/// </summary>
internal sealed class SmtpSession : IAnnouncingSession, IWaitingSession
{
    private readonly SmtpLink _link;
    private readonly SmtpConnection _connection;
    private readonly SessionTerms _terms;
    private readonly SmtpFaults _faults;
    private readonly Dialogue _dialogue;
    private readonly SessionRecord _record;
    private readonly GroupJudge _judge;
    private readonly ReplyGroup _group = new();
    private bool _isDisposed;

    public SmtpSession(SmtpLink link)
    {
        _link = link;
        _connection = link.Connection;
        _terms = link.Terms;
        _faults = link.Faults;
        _record = link.Record;
        _dialogue = new Dialogue(_connection, _terms, link.KeepsSentText);
        _judge = new GroupJudge(_terms, _record, _faults, new Refusals(_terms, _faults.Relay, link.Logger));
    }

    public void BeginWait() => _link.BeginWait();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask SendAsync(IMailFeed feed, CancellationToken cancellationToken)
    {
        if (_link.HasGoneWaiting())
        {
            return; // before anything was pulled: the caller opens another connection
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
                var next = again ?? (open is null ? await _link.NextAsync(intake).ConfigureAwait(false) : _record.MayOverlap ? intake.TakeReady() : null);
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
        await _link.DisposeAsync().ConfigureAwait(false);
        _dialogue.Dispose();
    }

    /// <summary>One flight out, its replies in, judged.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<GroupOutcome> ExchangeAsync(CancellationToken cancellationToken)
    {
        if (_connection.HasInput)
        {
            // Nothing may be sent where bytes wait that no command explains.
            var early = await _link.ReadUnaskedAsync().ConfigureAwait(false);
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
        var isSurplus = _dialogue.IsContentAnsweredEarly && _group.EndOfData.Accepts;
        if (!isSurplus && broken is null && _connection.HasBufferedInput)
        {
            goodbye = await _link.ReadUnaskedAsync().ConfigureAwait(false);
            isSurplus = !goodbye.Closes;
        }

        var outcome = isSurplus
            ? new GroupOutcome(Fault: _judge.JudgeSurplus(_group, _dialogue.Content))
            : _judge.Judge(_group, _dialogue.Content, goodbye, broken);
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
}
