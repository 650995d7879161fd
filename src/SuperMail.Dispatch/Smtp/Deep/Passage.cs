namespace SuperMail.Dispatch.Smtp;

/// <summary>
/// One message in a deep flight and the replies to it, in their order; or the RSET without a message that closes a
/// flight. A reply that was not read, or whose command was not sent, has code 0. Reused from message to message.
/// </summary>
internal sealed class Passage
{
    /// <summary>The message; null once it is reported or handed on, and of a RSET alone.</summary>
    public OutgoingMessage? Message { get; private set; }

    /// <summary>How far its content has left.</summary>
    public Departure Content { get; } = new();

    public bool WithReset { get; private set; }

    /// <summary>MAIL and RCPT are in this flight; else the flight before had them, and they were accepted.</summary>
    public bool WithEnvelope { get; private set; }

    /// <summary>The content is in this flight; else it waits for the envelope to be accepted.</summary>
    public bool WithContent { get; private set; }

    /// <summary>How many replies answer it.</summary>
    public int Replies => (WithReset ? 1 : 0) + (WithEnvelope ? 2 : 0) + (WithContent ? 1 : 0);

    /// <summary>To the RSET right before its MAIL, whether it is of this flight or closed the one before.</summary>
    public SmtpReply Reset { get; set; }

    public SmtpReply Mail { get; set; }

    public SmtpReply Rcpt { get; set; }

    public SmtpReply EndOfData { get; set; }

    /// <summary>When the write that held it began, for the metric; 0 = not measured.</summary>
    public long Start { get; set; }

    /// <summary>What its replies say, while it is not certain yet that they are its replies.</summary>
    public Verdict? Verdict { get; set; }

    /// <summary>A RSET that closes a flight: the reply behind that of the last content.</summary>
    public bool IsResetAlone => !WithEnvelope && !WithContent;

    /// <summary>It begins here, and nothing was said to it yet, or good-bye alone.</summary>
    public bool IsUnheard => (WithEnvelope || IsResetAlone) && (Reset.Closes || !Reset.Refuses) && Mail is ({ IsNone: true } or { Closes: true });

    /// <summary>A reply to it was read.</summary>
    public bool HasReply => !(Reset.IsNone && Mail.IsNone && Rcpt.IsNone && EndOfData.IsNone);

    /// <summary>The first 421, or none.</summary>
    public SmtpReply Goodbye =>
        Reset.Closes ? Reset : Mail.Closes ? Mail : Rcpt.Closes ? Rcpt : EndOfData.Closes ? EndOfData : default;

    /// <summary>
    /// Its replies are in step with its commands: RFC 3463 §3.2 gives what concerns an address the subject 1, so of those to
    /// RSET and MAIL only the second has it. One reply too many or too few before them, and they would not stand so.
    /// </summary>
    public bool IsInStep => Reset is { Accepts: true, Enhanced: { IsNone: false, Subject: not 1 } } && Mail.Enhanced is { Subject: 1 };

    /// <summary>What came in the place of the reply to RSET is none: it is the refusal of something before.</summary>
    public bool IsOutOfStep => Reset is { Refuses: true, Closes: false };

    /// <summary>The first step before the content that was not accepted; none = the envelope is accepted.</summary>
    public (DeliveryPhase Phase, SmtpReply Reply) Obstacle =>
        !WithEnvelope ? default
        : !Mail.Accepts ? (DeliveryPhase.Mail, Mail)
        : !Rcpt.Accepts ? (DeliveryPhase.Rcpt, Rcpt)
        : default;

    public void Begin(OutgoingMessage? message, bool withReset, bool withEnvelope, bool withContent)
    {
        Message = message;
        Content.Begin(message, leads: !withEnvelope);
        (WithReset, WithEnvelope, WithContent) = (withReset, withEnvelope, withContent);
        Reset = Mail = Rcpt = EndOfData = default;
        Start = 0;
        Verdict = null;
    }

    /// <summary>Reports; once.</summary>
    public void Report(Verdict verdict) => Take()?.Report(verdict);

    /// <summary>Hands the message on without a report.</summary>
    public OutgoingMessage? Take()
    {
        var message = Message;
        Message = null;
        return message;
    }
}
