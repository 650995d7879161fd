using System.Runtime.CompilerServices;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Smtp;

/// <summary>Puts what is ready into one flight: <c>[MAIL][RCPT][BDAT LAST + content][RSET]</c>, over and over.</summary>
internal sealed class DeepWriter(SmtpLink link, Outstanding outstanding) : IDisposable
{
    // What a flight holds must find room in buffers and be said again after a break.
    private const long MostContent = 1024 * 1024;

    private readonly Flight _flight = new(link.Connection, link.Terms.Timeouts.Block);

    // Pulled, and too much for the flight before.
    private OutgoingMessage? _waiting;

    // RSET was the last that left: the next MAIL needs none.
    private bool _isReset;

    /// <summary>A message is here already that no flight has had.</summary>
    public bool HasWaiting => _waiting is not null;

    /// <summary>The probe with the first envelope: what the probe says is known before any content leaves.</summary>
    public ValueTask ProbeAsync(OutgoingMessage first)
    {
        _flight.Begin();
        DeepProbe.Append(_flight, first.Envelope.From);
        AppendEnvelope(outstanding.Add(first, withReset: false, withEnvelope: true, withContent: false));
        return _flight.FlushAsync();
    }

    /// <summary>Writes one flight: the content whose envelope stands open, then whatever is ready and finds room.</summary>
    /// <param name="open">Its envelope is accepted; or null.</param>
    /// <param name="next">Waited for with nothing outstanding; or null.</param>
    /// <param name="intake">What else is ready.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WriteAsync(OutgoingMessage? open, OutgoingMessage? next, Intake intake)
    {
        _flight.Begin();
        _waiting ??= next;
        var endsInContent = open is not null;
        if (open is not null)
        {
            await AppendContentAsync(outstanding.Add(open, withReset: false, withEnvelope: false, withContent: true)).ConfigureAwait(false);
        }

        while (outstanding.HasRoom && link.Record.MayOffer(outstanding.Messages) && (_waiting ?? intake.TakeReady()) is { } message)
        {
            _waiting = null;

            // Large content would be in the way of all that follow, and in vain if it is refused: the envelope goes ahead.
            // So it does after a silence: a relay that has just tired of waiting must not leave a content in doubt.
            var goesAhead = message.Length > MostContent || (link.Record.WasIdle && outstanding.IsEmpty);
            if (!goesAhead && outstanding.Messages > 0 && outstanding.Octets + message.Length > MostContent)
            {
                _waiting = message;
                break;
            }

            // RSET before every MAIL: RFC 3030 §2 demands it behind a failed BDAT, and whether one failed is not known yet.
            var passage = outstanding.Add(message, withReset: !_isReset, withEnvelope: true, withContent: !goesAhead);
            if (!_isReset)
            {
                _flight.Append("RSET\r\n"u8);
            }

            _isReset = false;
            AppendEnvelope(passage);
            endsInContent = !goesAhead;
            if (goesAhead)
            {
                break;
            }

            await AppendContentAsync(passage).ConfigureAwait(false);
        }

        // The last one's reply has one behind it too, or a reply too many would pass for it. A relay that takes no more
        // messages may close behind the last, and must not leave it in doubt for that.
        if (endsInContent && link.Record.MayOffer(outstanding.Messages))
        {
            outstanding.AddReset();
            _flight.Append("RSET\r\n"u8);
            _isReset = true;
        }

        await _flight.FlushAsync().ConfigureAwait(false);
    }

    /// <summary>It was pulled, and leaves with the next flight or not at all.</summary>
    public void PutBack(OutgoingMessage? message) => _waiting ??= message;

    /// <summary>What was pulled and no flight has had was not sent.</summary>
    public void GiveBack()
    {
        var message = _waiting;
        _waiting = null;
        message?.Report(Verdict.NotSent);
    }

    public void Dispose() => _flight.Dispose();

    private void AppendEnvelope(Passage passage)
    {
        EnvelopeCommands.Mail(_flight, passage.Message!, link.Terms.Capabilities);
        EnvelopeCommands.Rcpt(_flight, passage.Message!, link.Terms.Capabilities);
    }

    private ValueTask AppendContentAsync(Passage passage)
    {
        var content = passage.Message!.Content;
        content.CloseOwn(mayNeedStuffing: true);
        passage.Start = DispatchMeter.EndOfDataDuration.Enabled ? link.Connection.Time.GetTimestamp() : 0;
        CommandWriter.BdatLast(_flight, content.Length);
        return _flight.AppendPlainAsync(content, passage.Content);
    }
}
