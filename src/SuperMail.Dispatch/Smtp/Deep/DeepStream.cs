using System.Runtime.CompilerServices;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Smtp;

/// <summary>
/// Deep flights over one connection: writes what is ready, reads what has come, and writes again before the line runs
/// empty. Replies belong to commands by counting alone.
/// </summary>
internal sealed class DeepStream : IDisposable
{
    private readonly SmtpLink _link;
    private readonly SmtpConnection _connection;
    private readonly SessionRecord _record;
    private readonly PassageJudge _judge;
    private readonly Outstanding _outstanding;
    private readonly DeepWriter _writer;
    private bool _isFit;

    // Its envelope is accepted: the relay waits for its content.
    private OutgoingMessage? _open;

    // The last reply to RSET.
    private SmtpReply _reset;

    // The relay took its leave, there.
    private SmtpReply _goodbye;
    private bool _leftBetweenMessages;
    private bool _wentOnAllTheSame;
    private DeliveryPhase _waiting = DeliveryPhase.Mail;

    public DeepStream(SmtpLink link)
    {
        _link = link;
        _connection = link.Connection;
        _record = link.Record;
        _judge = new PassageJudge(link);
        _outstanding = new Outstanding(link.Terms.Depth);
        _writer = new DeepWriter(link, _outstanding);
    }

    /// <summary>
    /// Sends what the feed gives. The message that it returns, if any, is the first: the relay has failed the probe, nobody
    /// is charged, and the connection is over.
    /// </summary>
    public async ValueTask<OutgoingMessage?> SendAsync(IMailFeed feed, CancellationToken cancellationToken)
    {
        await using var stop = cancellationToken
            .UnsafeRegister(static connection => ((SmtpConnection)connection!).Stop(), _connection).ConfigureAwait(false);
        var intake = new Intake(feed, _link.Terms.Capabilities, cancellationToken);
        try
        {
            // On a further turn nobody knows how long the relay has waited.
            _record.WasIdle = _isFit;
            if (!_isFit && await ProbeAsync(intake, cancellationToken).ConfigureAwait(false) is { } left)
            {
                return left;
            }

            while (await NextAsync(intake).ConfigureAwait(false) is (true, var next))
            {
                await ExchangeAsync(next, intake, cancellationToken).ConfigureAwait(false);
            }

            return null;
        }
        finally
        {
            // Everything that was pulled is answered for before the caller hears of anything else.
            var open = _open;
            _open = null;
            if (open is not null)
            {
                _record.Break();
                open.Report(Verdict.NotSent);
            }

            if (!_outstanding.IsEmpty)
            {
                // Whoever feeds us has failed in the middle of a flight: no QUIT behind contents without reply.
                _record.Break();
                _outstanding.DoubtAnswered(IsShaky);
            }

            _writer.GiveBack();
            _outstanding.ReportAnswered();
            _outstanding.ReportUnanswered(Unanswered);
            await intake.DisposeAsync().ConfigureAwait(false);
        }
    }

    public void Dispose() => _writer.Dispose();

    /// <summary>The probe with the first envelope behind it. Returns the message when it failed.</summary>
    private async ValueTask<OutgoingMessage?> ProbeAsync(Intake intake, CancellationToken cancellationToken)
    {
        if (await _link.NextAsync(intake).ConfigureAwait(false) is not { } first)
        {
            return null;
        }

        if (_connection.HasInput)
        {
            _writer.PutBack(first);
            await HearUnaskedAsync().ConfigureAwait(false);
            return null;
        }

        WireException? broken = null;
        string? fault = null;
        try
        {
            await _writer.ProbeAsync(first).ConfigureAwait(false);
        }
        catch (WireException e)
        {
            broken = e;
        }

        try
        {
            fault = await DeepProbe.ReadAsync(_connection, _link.Terms.Timeouts.Envelope).ConfigureAwait(false);
        }
        catch (WireException e)
        {
            broken = e;
        }

        if (fault is not null)
        {
            _record.Break();
            _link.GiveUpDeep(fault);
            return _outstanding.TakeFirst();
        }

        _isFit = true;
        await ReadAsync(broken, cancellationToken).ConfigureAwait(false);
        return null;
    }

    /// <summary>False = the end. Waits for a message only when nothing is on its way and nothing could be.</summary>
    private async ValueTask<(bool GoesOn, OutgoingMessage? Next)> NextAsync(Intake intake)
    {
        if (!_outstanding.IsEmpty || (_open is not null && _record.State == SessionState.Fine))
        {
            return (true, null);
        }

        if (!_record.MayOpen)
        {
            return (false, null);
        }

        if (_writer.HasWaiting)
        {
            return (true, null);
        }

        var next = await _link.NextAsync(intake).ConfigureAwait(false);
        return (next is not null, next);
    }

    /// <summary>One flight out, as many replies in as have come or must come before the next.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ExchangeAsync(OutgoingMessage? next, Intake intake, CancellationToken cancellationToken)
    {
        if (_outstanding.IsEmpty && _connection.HasInput)
        {
            // Nothing may be sent where bytes wait that no command explains.
            _writer.PutBack(next);
            await HearUnaskedAsync().ConfigureAwait(false);
            return;
        }

        var open = _open;
        _open = null;
        WireException? failed = null;
        try
        {
            await _writer.WriteAsync(open, next, intake).ConfigureAwait(false);
        }
        catch (WireException e)
        {
            // A failed write never ends reading: the replies that explain it may be on their way, and they count.
            failed = e;
        }

        await ReadAsync(failed, cancellationToken).ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ReadAsync(WireException? failed, CancellationToken cancellationToken)
    {
        try
        {
            do
            {
                var passage = _outstanding.First;
                await ReadRepliesAsync(passage).ConfigureAwait(false);
                var outcome = _judge.Judge(passage);
                _open = outcome.Verdict is null ? passage.Take() : null;
                _outstanding.Answer(outcome.Verdict);
                _record.WasIdle = false;
                if (outcome.Fault is not null)
                {
                    // What makes no sense may be a shift of the replies before it.
                    _outstanding.DoubtAnswered();
                    throw outcome.Fault;
                }
            }
            while (!_outstanding.IsEmpty
                && (HasNextAnswer || !_outstanding.IsHalfAnswered || !_record.MayOpen || !_goodbye.IsNone || failed is not null));
        }
        catch (WireException e)
        {
            failed = e;
        }

        if (failed is null && _goodbye.IsNone)
        {
            if (_outstanding.IsEmpty)
            {
                await DrainedAsync().ConfigureAwait(false);
            }

            return;
        }

        var fault = End(failed);
        if (failed is { Fault: WireFault.Stopped })
        {
            throw new OperationCanceledException(failed.Message, failed, cancellationToken);
        }

        if (fault is not null)
        {
            throw fault;
        }
    }

    // Not any byte: a relay that flushes now and then stops in the middle of an answer, and to wait for the rest of each
    // would let the line run empty.
    private bool HasNextAnswer => _connection.HasBufferedLines(_outstanding.First.Replies);

    /// <summary>Nothing is outstanding: with no byte too many, every reply was the one to its command.</summary>
    private async ValueTask DrainedAsync()
    {
        if (_connection.HasBufferedInput)
        {
            await HearUnaskedAsync().ConfigureAwait(false);
        }

        _outstanding.ReportAnswered();
    }

    /// <summary>Bytes with nothing outstanding: good-bye, or a shift of all replies that are not certain.</summary>
    private async ValueTask HearUnaskedAsync()
    {
        var reply = await _link.ReadUnaskedAsync().ConfigureAwait(false);
        _record.Break();
        if (reply.Closes)
        {
            _goodbye = reply;
            _leftBetweenMessages = _open is null;
            if (End(null) is { } fault)
            {
                throw fault;
            }

            return;
        }

        if (_isFit)
        {
            _link.GiveUpDeep("a reply too many");
        }

        _outstanding.DoubtAnswered();
        throw _link.Faults.At(TransportFault.Connection, _waiting, "a reply came that no command asked for; the connection is given up.");
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ReadRepliesAsync(Passage passage)
    {
        var timeouts = _link.Terms.Timeouts;
        if (passage.WithReset)
        {
            _reset = passage.Reset = await ReadAsync(passage, DeliveryPhase.Reset, timeouts.Envelope).ConfigureAwait(false);
            if (passage.IsOutOfStep)
            {
                _outstanding.DoubtAnswered(); // now: what comes next may be good-bye, behind which all that was read counts
            }
        }

        if (passage.WithEnvelope)
        {
            passage.Mail = await ReadAsync(passage, DeliveryPhase.Mail, timeouts.Envelope).ConfigureAwait(false);
            if (!passage.WithReset)
            {
                passage.Reset = _reset; // it closed the flight before
            }

            if (passage.IsInStep)
            {
                // So were the replies before it: what they say is certain.
                _outstanding.ReportAnswered();
            }

            passage.Rcpt = await ReadAsync(passage, DeliveryPhase.Rcpt, timeouts.Envelope).ConfigureAwait(false);
        }

        if (passage.WithContent)
        {
            passage.EndOfData = await ReadAsync(passage, DeliveryPhase.EndOfData, timeouts.EndOfData).ConfigureAwait(false);
            if (passage.Start != 0)
            {
                DispatchMeter.EndOfDataDuration.Record(_connection.Time.GetElapsedTime(passage.Start).TotalSeconds);
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SmtpReply> ReadAsync(Passage passage, DeliveryPhase phase, TimeSpan timeout)
    {
        _waiting = _goodbye.IsNone ? phase : _waiting;
        var isUnheard = passage.IsUnheard;
        var reply = await _connection.ReadReplyAsync(
            _goodbye.IsNone || _wentOnAllTheSame ? timeout : _link.Terms.Timeouts.Quit, _link.KeepsSentText && phase == DeliveryPhase.EndOfData).ConfigureAwait(false);
        if (reply.Closes && _goodbye.IsNone)
        {
            (_goodbye, _leftBetweenMessages) = (reply, isUnheard);
        }

        _wentOnAllTheSame |= !_goodbye.IsNone && reply.Accepts;
        return reply;
    }

    /// <summary>
    /// The connection is over. Who has no reply is in doubt if its end has left. What was read counts behind good-bye; behind
    /// a break only what is certain.
    /// </summary>
    private MailTransportException? End(WireException? broken)
    {
        _record.Break();
        var isBetweenMessages = !_goodbye.IsNone ? _leftBetweenMessages : !_outstanding.IsEmpty && _outstanding.First.IsUnheard;

        // A relay that loses patience with refusals, which came too late for us to leave in time, does not ask for slowness.
        var fault = !_goodbye.IsNone && _record.IsWornOut ? null
            : Parting.Judge(_record, _link.Faults, _waiting, isBetweenMessages, _goodbye, broken);
        if (_goodbye.IsNone && broken is { Fault: WireFault.TimedOut } && _outstanding.HasReply)
        {
            _link.GiveUpDeep("a reply is missing"); // whose, nobody can tell
            _outstanding.DoubtAnswered();
        }
        else if (_goodbye.IsNone && broken is not null)
        {
            // The 250 read last may be a reply too many, and the break what became of the content, with nothing behind it
            // that stands in step.
            _outstanding.DoubtAnswered(IsShaky);
        }

        _outstanding.ReportAnswered();
        _outstanding.ReportUnanswered((passage, isFirst) =>
            fault is null && !passage.Goodbye.IsNone ? Verdict.NotSent : _judge.Refusal(passage) ?? Unanswered(passage, isFirst));
        return fault;
    }

    // A content that led its flight has the first reply that came; one that has not left to its end cannot have been taken.
    private static bool IsShaky(Passage passage) => passage is { WithEnvelope: true, Content.State: ContentState.Written };

    // The relay broke off at the first of them. Whoever was leaving behind it had no part in that. Behind good-bye nothing is
    // taken, unless by a relay that says it and goes on.
    private Verdict Unanswered(Passage passage, bool isFirst) =>
        (!_goodbye.IsNone && !_wentOnAllTheSame) || (!isFirst && passage.Content.State == ContentState.Leaving) ? Verdict.NotSent : Verdicts.Unanswered(passage.Content.State);
}
