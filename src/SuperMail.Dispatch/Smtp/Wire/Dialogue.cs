using System.Runtime.CompilerServices;

namespace SuperMail.Dispatch.Smtp;

/// <summary>Sends a group and reads every reply to it: as one flight, or command by command.</summary>
internal sealed class Dialogue(SmtpConnection connection, SessionTerms terms, bool keepSentText) : IDisposable
{
    private readonly Flight _flight = new(connection, terms.Timeouts.Block);
    private readonly Departure _content = new();

    /// <summary>How far the content of the present group has left.</summary>
    public ContentState Content => _content.State;

    /// <summary>Bytes came before the end of the content had left: no 2xx among them can be the reply to it.</summary>
    public bool IsContentAnsweredEarly => _content.IsAnsweredEarly;

    /// <summary>Returns when all replies are read, or the relay has taken its leave with 421.</summary>
    /// <exception cref="WireException">The connection is over; the group holds what was read before.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask RunAsync(ReplyGroup group)
    {
        _flight.Begin();
        _content.Begin(group.Content, leads: true);
        if (terms.Pipelining)
        {
            WireException? failed = null;
            try
            {
                await AppendContentAsync(group).ConfigureAwait(false);
                AppendEnvelope(group);
                await _flight.FlushAsync().ConfigureAwait(false);
            }
            catch (WireException e)
            {
                // A failed write never ends reading: the reply that explains it may be on its way, and it counts.
                failed = e;
            }

            await ReadAllAsync(group).ConfigureAwait(false);
            if (failed is not null)
            {
                throw failed;
            }
        }
        else
        {
            await OneByOneAsync(group).ConfigureAwait(false);
        }
    }

    public void Dispose() => _flight.Dispose();

    private ValueTask AppendContentAsync(ReplyGroup group)
    {
        if (group.Content is not { } message)
        {
            return default;
        }

        message.Content.CloseOwn(mayNeedStuffing: true);
        if (!terms.Chunking)
        {
            return _flight.AppendStuffedAsync(message.Content, _content);
        }

        CommandWriter.BdatLast(_flight, message.Length);
        return _flight.AppendPlainAsync(message.Content, _content);
    }

    private void AppendEnvelope(ReplyGroup group)
    {
        if (group.Envelope is not { } message)
        {
            return;
        }

        if (group.WithReset)
        {
            _flight.Append("RSET\r\n"u8);
        }

        EnvelopeCommands.Mail(_flight, message, terms.Capabilities);
        EnvelopeCommands.Rcpt(_flight, message, terms.Capabilities);
        if (!terms.Chunking)
        {
            // RFC 2920 §3.1: DATA only as the last of a group.
            _flight.Append("DATA\r\n"u8);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ReadAllAsync(ReplyGroup group)
    {
        // RFC 2920 §3.1: read every reply of the group before judging, in order.
        try
        {
            if (group.Content is not null)
            {
                group.EndOfData = await ReadAsync(group, DeliveryPhase.EndOfData, terms.Timeouts.EndOfData).ConfigureAwait(false);
            }

            if (group.Envelope is not null)
            {
                if (group.WithReset)
                {
                    group.Reset = await ReadAsync(group, DeliveryPhase.Reset, terms.Timeouts.Envelope).ConfigureAwait(false);
                }

                group.Mail = await ReadAsync(group, DeliveryPhase.Mail, terms.Timeouts.Envelope).ConfigureAwait(false);
                group.Rcpt = await ReadAsync(group, DeliveryPhase.Rcpt, terms.Timeouts.Envelope).ConfigureAwait(false);
                if (!terms.Chunking)
                {
                    group.Data = await ReadAsync(group, DeliveryPhase.Data, terms.Timeouts.Data).ConfigureAwait(false);
                }
            }
        }
        catch (WireException) when (group.Closes)
        {
            // It said 421 and went: the rest was announced to be missing.
        }
    }

    private ValueTask<SmtpReply> ReadAsync(ReplyGroup group, DeliveryPhase phase, TimeSpan timeout)
    {
        group.Waiting = phase;
        return connection.ReadReplyAsync(
            group.Closes ? terms.Timeouts.Quit : timeout, keepSentText && phase == DeliveryPhase.EndOfData);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask OneByOneAsync(ReplyGroup group)
    {
        if (group.Content is not null)
        {
            WireException? failed = null;
            try
            {
                await AppendContentAsync(group).ConfigureAwait(false);
                await _flight.FlushAsync().ConfigureAwait(false);
            }
            catch (WireException e)
            {
                failed = e;
            }

            group.EndOfData = await ReadAsync(group, DeliveryPhase.EndOfData, terms.Timeouts.EndOfData).ConfigureAwait(false);
            if (failed is not null)
            {
                throw failed;
            }
        }

        if (group.Envelope is not { } message)
        {
            return;
        }

        if (group.WithReset)
        {
            _flight.Append("RSET\r\n"u8);
            group.Reset = await StepAsync(group, DeliveryPhase.Reset, terms.Timeouts.Envelope).ConfigureAwait(false);
            if (!group.Reset.Accepts)
            {
                return;
            }
        }

        EnvelopeCommands.Mail(_flight, message, terms.Capabilities);
        group.Mail = await StepAsync(group, DeliveryPhase.Mail, terms.Timeouts.Envelope).ConfigureAwait(false);
        if (!group.Mail.Accepts)
        {
            return;
        }

        EnvelopeCommands.Rcpt(_flight, message, terms.Capabilities);
        group.Rcpt = await StepAsync(group, DeliveryPhase.Rcpt, terms.Timeouts.Envelope).ConfigureAwait(false);
        if (group.Rcpt.Accepts && !terms.Chunking)
        {
            _flight.Append("DATA\r\n"u8);
            group.Data = await StepAsync(group, DeliveryPhase.Data, terms.Timeouts.Data).ConfigureAwait(false);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SmtpReply> StepAsync(ReplyGroup group, DeliveryPhase phase, TimeSpan timeout)
    {
        if (connection.HasBufferedInput)
        {
            // Taken for the reply to this step it would shift all that follow, up to the end of data. Only 421 may come
            // unasked (RFC 5321 §3.8).
            var early = await ReadAsync(group, phase, terms.Timeouts.Quit).ConfigureAwait(false);
            return early.Closes ? early : throw new WireException(WireFault.Garbage, "The relay spoke before it was asked.");
        }

        WireException? failed = null;
        try
        {
            await _flight.FlushAsync().ConfigureAwait(false);
        }
        catch (WireException e)
        {
            failed = e;
        }

        var reply = await ReadAsync(group, phase, timeout).ConfigureAwait(false);
        return failed is null ? reply : throw failed;
    }
}
