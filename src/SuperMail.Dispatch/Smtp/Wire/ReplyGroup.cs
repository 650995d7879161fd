namespace SuperMail.Dispatch.Smtp;

/// <summary>
/// What one flight carries and the replies to it, in their order. A reply that was not read, or whose command was not
/// sent, has code 0. Reused from flight to flight.
/// </summary>
internal sealed class ReplyGroup
{
    /// <summary>The message whose content leaves; its envelope was accepted by the group before.</summary>
    public OutgoingMessage? Content { get; private set; }

    /// <summary>The message whose envelope leaves.</summary>
    public OutgoingMessage? Envelope { get; private set; }

    public bool WithReset { get; private set; }

    public SmtpReply EndOfData { get; set; }

    public SmtpReply Reset { get; set; }

    public SmtpReply Mail { get; set; }

    public SmtpReply Rcpt { get; set; }

    public SmtpReply Data { get; set; }

    /// <summary>The step whose reply is, or was last, waited for.</summary>
    public DeliveryPhase Waiting { get; set; }

    /// <summary>A 421 was read: the server has taken its leave and what follows may be missing.</summary>
    public bool Closes => EndOfData.Closes || Reset.Closes || Mail.Closes || Rcpt.Closes || Data.Closes;

    /// <summary>True when a reply of this group was read.</summary>
    public bool HasReply => !(EndOfData.IsNone && Reset.IsNone && Mail.IsNone && Rcpt.IsNone && Data.IsNone);

    /// <summary>True when the envelope was answered with nothing, or with good-bye alone.</summary>
    public bool IsEnvelopeUnheard => FirstEnvelopeReply is { IsNone: true } or { Closes: true };

    /// <summary>The first 421, or none.</summary>
    public SmtpReply FirstGoodbye =>
        EndOfData.Closes ? EndOfData : Reset.Closes ? Reset : Mail.Closes ? Mail : Rcpt.Closes ? Rcpt : Data.Closes ? Data : default;

    private SmtpReply FirstEnvelopeReply => WithReset ? Reset : Mail;

    public void Begin(OutgoingMessage? content, OutgoingMessage? envelope, bool withReset)
    {
        Content = content;
        Envelope = envelope;
        WithReset = withReset;
        EndOfData = Reset = Mail = Rcpt = Data = default;
        Waiting = content is null ? DeliveryPhase.Mail : DeliveryPhase.EndOfData;
    }

    /// <summary>Reports the verdict on the content; once.</summary>
    public void ReportContent(Verdict verdict)
    {
        var message = Content;
        Content = null;
        message?.Report(verdict);
    }

    /// <summary>Reports the verdict on the envelope; once.</summary>
    public void ReportEnvelope(Verdict verdict) => TakeEnvelope()?.Report(verdict);

    /// <summary>Hands the envelope's message on without a report: it is accepted, or is offered again.</summary>
    public OutgoingMessage? TakeEnvelope()
    {
        var message = Envelope;
        Envelope = null;
        return message;
    }
}
