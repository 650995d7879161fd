namespace SuperMail.Dispatch.Smtp;

/// <summary>What follows from the replies to one passage.</summary>
/// <param name="Verdict">Its verdict; null = its envelope is accepted and its content may leave.</param>
/// <param name="Fault">Thrown once all is reported; null = none.</param>
internal readonly record struct PassageOutcome(Verdict? Verdict, MailTransportException? Fault = null);

/// <summary>Turns the replies to a passage into its verdict: each by its own, since RSET before each keeps them apart.</summary>
internal sealed class PassageJudge(SmtpLink link)
{
    private readonly SessionRecord _record = link.Record;
    private readonly Refusals _refusals = new(link.Terms, link.Faults.Relay, link.Logger);

    /// <summary>Judges a passage of which every reply was read.</summary>
    public PassageOutcome Judge(Passage passage)
    {
        Count(passage);
        if (FirstNonsense(passage) is var (phase, nonsense) && !nonsense.IsNone)
        {
            _record.Break();
            return new PassageOutcome(Outstanding.Doubt(passage), link.Faults.Unexpected(phase, nonsense));
        }

        if (Contradiction(passage) is { } what)
        {
            return Contradicted(passage, what);
        }

        if (Refusal(passage) is { } refused)
        {
            return new PassageOutcome(refused);
        }

        return !passage.WithContent ? default
            : passage.EndOfData.Accepts ? JudgeAcceptedContent(passage)
            : JudgeRefusedContent(passage);
    }

    /// <summary>The verdict of a refusal before the content that was read, or null. It counts however the connection ends.</summary>
    public Verdict? Refusal(Passage passage)
    {
        var (phase, reply) = passage.Obstacle;
        return reply.Refuses ? _refusals.Of(phase, reply, VerdictTable.Judge(phase, reply), passage.Message) : null;
    }

    private PassageOutcome JudgeAcceptedContent(Passage passage)
    {
        if (passage.Content is not { State: ContentState.Written, IsAnsweredEarly: false })
        {
            // Nobody can have taken what had not left to its end.
            _record.Break();
            link.GiveUpDeep("a reply too many");
            return new PassageOutcome(Verdicts.Unanswered(passage.Content.State), link.Faults.Unexpected(DeliveryPhase.EndOfData, passage.EndOfData));
        }

        _record.Accept();
        return new PassageOutcome(Verdicts.Of(DeliveryPhase.EndOfData, passage.EndOfData));
    }

    private PassageOutcome JudgeRefusedContent(Passage passage)
    {
        var reply = passage.EndOfData;
        if (reply.Code is 500 or 502)
        {
            // It took the envelope and does not know BDAT: what follows is being read as commands. Leave at once.
            _record.GiveUpChunking("BDAT is unknown to it");
            _record.Break();
            return new PassageOutcome(Outstanding.Doubt(passage), link.Faults.Unexpected(DeliveryPhase.EndOfData, reply));
        }

        return new PassageOutcome(_refusals.Of(
            DeliveryPhase.EndOfData, reply, VerdictTable.Judge(DeliveryPhase.EndOfData, reply), passage.Message));
    }

    // The probe has shown otherwise: so either the relay is not what it was, or the replies have shifted.
    private static string? Contradiction(Passage passage)
    {
        var (phase, reply) = passage.Obstacle;

        // RFC 5321 §4.1.1.5: RSET is answered 250. Refused, it is the reply to a content before it, and all are one late.
        return passage.IsOutOfStep ? "RSET was refused"
            : passage.EndOfData.Accepts && !reply.IsNone ? $"content was accepted although {(phase == DeliveryPhase.Mail ? "MAIL" : "RCPT")} was refused"
            : passage is { Reset.Accepts: true, Mail.Code: 503 } ? "MAIL was answered 503 behind an accepted RSET"
            : null;
    }

    private PassageOutcome Contradicted(Passage passage, string what)
    {
        _record.Break();
        link.GiveUpDeep(what);
        return new PassageOutcome(
            Outstanding.Doubt(passage),
            link.Faults.At(TransportFault.Connection, DeliveryPhase.EndOfData, $"in a deep flight, {what}; the connection is given up."));
    }

    // No server says 3xx to any of these.
    private static (DeliveryPhase Phase, SmtpReply Reply) FirstNonsense(Passage passage) =>
        passage.Reset.FirstDigit == 3 ? (DeliveryPhase.Reset, passage.Reset)
        : passage.Mail.FirstDigit == 3 ? (DeliveryPhase.Mail, passage.Mail)
        : passage.Rcpt.FirstDigit == 3 ? (DeliveryPhase.Rcpt, passage.Rcpt)
        : passage.EndOfData.FirstDigit == 3 ? (DeliveryPhase.EndOfData, passage.EndOfData)
        : default;

    private void Count(Passage passage)
    {
        if (passage.WithReset && !passage.Reset.Closes)
        {
            _record.Count(passage.Reset); // a good-bye there is between messages, and may teach how many the relay takes
        }

        _record.Count(passage.Mail);
        _record.Count(passage.Rcpt);
        _record.Count(passage.EndOfData);
    }
}
