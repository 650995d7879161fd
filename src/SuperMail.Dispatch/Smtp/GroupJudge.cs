namespace SuperMail.Dispatch.Smtp;

/// <summary>What follows from a group: whose content leaves next, who is offered again, and what is thrown once all is reported.</summary>
internal readonly record struct GroupOutcome(
    OutgoingMessage? Open = null, OutgoingMessage? Again = null, MailTransportException? Fault = null);

/// <summary>Turns the replies of a group into verdicts.</summary>
internal sealed class GroupJudge(SessionTerms terms, SessionRecord record, SmtpFaults faults, Refusals refusals)
{
    /// <summary>Judges what was read of a group; all of it unless the connection broke.</summary>
    /// <param name="group">The group.</param>
    /// <param name="content">How far the content had left.</param>
    /// <param name="goodbye">A 421 that came behind the group, or none.</param>
    /// <param name="broken">How the connection broke, or null.</param>
    public GroupOutcome Judge(ReplyGroup group, ContentState content, in SmtpReply goodbye = default, WireException? broken = null)
    {
        if (broken is not null)
        {
            record.Break();
            if (broken.Fault == WireFault.TimedOut && group.HasReply)
            {
                record.GiveUpPipelining("a reply is missing");
            }
        }

        var (isTaken, fault) = JudgeContent(group, content);
        if (broken is null && !group.Closes && goodbye.IsNone && fault is null)
        {
            return group.Envelope is null ? default
                : terms.Chunking && !isTaken ? Void(group)
                : JudgeEnvelope(group);
        }

        // The connection is over. A refusal that was read counts all the same, unless a refused BDAT voids it.
        record.Break();
        fault ??= JudgeEnd(group, isTaken, goodbye, broken);
        if (isTaken || !terms.Chunking)
        {
            ReportRefusal(group);
        }

        group.ReportEnvelope(Verdict.NotSent);
        return new GroupOutcome(Fault: fault);
    }

    /// <summary>A reply too many: the others may have shifted, so none of this group says anything for certain.</summary>
    public MailTransportException JudgeSurplus(ReplyGroup group, ContentState content)
    {
        record.Break();
        record.GiveUpPipelining("a reply too many");
        group.ReportContent(Verdicts.Unanswered(content));
        group.ReportEnvelope(Verdict.NotSent);
        return faults.At(TransportFault.Connection, group.Waiting, "a reply came that no command asked for; the connection is given up.");
    }

    private (bool IsTaken, MailTransportException? Fault) JudgeContent(ReplyGroup group, ContentState content)
    {
        if (group.Content is null)
        {
            return (true, null);
        }

        var reply = group.EndOfData;
        record.Count(reply);
        if (Shift(group) is var (phase, strange) && !strange.IsNone)
        {
            record.Break();
            group.ReportContent(Verdicts.Unanswered(content));
            group.ReportEnvelope(Verdict.NotSent);
            return (false, faults.Unexpected(phase, strange));
        }

        var judgement = reply.IsNone ? new Judgement(Step.Broken) : VerdictTable.Judge(DeliveryPhase.EndOfData, reply);
        if (judgement.Step == Step.GoOn && content == ContentState.Written)
        {
            record.Accept();
            group.ReportContent(Verdicts.Of(DeliveryPhase.EndOfData, reply, judgement));
            return (true, null);
        }

        if (terms.Chunking && reply.Code is 500 or 502)
        {
            // It took the envelope and does not know BDAT: the content behind it was read as commands. Leave at once.
            record.GiveUpChunking("BDAT is unknown to it");
            record.Break();
            group.ReportContent(Verdict.NotSent);
            return (false, null);
        }

        if (judgement.Step == Step.Refused)
        {
            record.NeedsReset |= terms.Chunking;
            group.ReportContent(refusals.Of(DeliveryPhase.EndOfData, reply, judgement, group.Content));
            return (false, null);
        }

        record.Break();
        group.ReportContent(Verdicts.Unanswered(content));
        return (false, reply.IsNone ? null : faults.Unexpected(DeliveryPhase.EndOfData, reply));
    }

    // Replies that no server gives to these commands are replies to their neighbours, and so is the one to the content.
    private (DeliveryPhase Phase, SmtpReply Reply) Shift(ReplyGroup group) =>
        group.Mail.FirstDigit == 3 ? (DeliveryPhase.Mail, group.Mail)
        : group.Rcpt.FirstDigit == 3 ? (DeliveryPhase.Rcpt, group.Rcpt)
        : !terms.Chunking && group.Data.Accepts ? (DeliveryPhase.Data, group.Data)
        : default;

    /// <summary>
    /// RFC 3030 §2 demands RSET after a failed BDAT. What was said to the envelope behind it is thrown away: a server
    /// that kept the transaction would give the next content to this recipient.
    /// </summary>
    private GroupOutcome Void(ReplyGroup group)
    {
        CountEnvelope(group);
        record.NeedsReset = true;
        return new GroupOutcome(Again: group.TakeEnvelope());
    }

    private GroupOutcome JudgeEnvelope(ReplyGroup group)
    {
        CountEnvelope(group);
        if (group.WithReset && !group.Reset.Accepts)
        {
            // RFC 5321 §4.1.1.5: RSET is answered 250. A relay that refuses even that is of no more use; nobody's fault.
            record.Break();
            group.ReportEnvelope(Verdict.NotSent);
            return new GroupOutcome(Fault: group.Reset.FirstDigit == 3 ? faults.Unexpected(DeliveryPhase.Reset, group.Reset) : null);
        }

        var (phase, reply) = FirstObstacle(group);
        if (reply.IsNone)
        {
            record.NeedsReset = false;
            return new GroupOutcome(Open: group.TakeEnvelope());
        }

        if (VerdictTable.Judge(phase, reply).Step == Step.Broken)
        {
            return Senseless(group, phase, reply);
        }

        if (phase == DeliveryPhase.Mail && reply.Code == 503 && terms.Pipelining)
        {
            return BadSequence(group);
        }

        ReportRefusal(group);
        record.NeedsReset = phase != DeliveryPhase.Mail || group.Rcpt.Accepts;
        return phase == DeliveryPhase.Data ? default : LeaveData(group);
    }

    /// <summary>DATA was accepted or not although the envelope was refused.</summary>
    private GroupOutcome LeaveData(ReplyGroup group)
    {
        if (group.Data.Accepts)
        {
            return Senseless(group, DeliveryPhase.Data, group.Data);
        }

        if (group.Data.FirstDigit == 3)
        {
            // RFC 2920 §3.1. With MAIL refused, a dot would deliver emptiness into some older transaction: close.
            record.OwesLoneDot = group.Mail.Accepts;
            if (!record.OwesLoneDot)
            {
                record.Break();
            }
        }

        return default;
    }

    /// <summary>503 to MAIL: an earlier refusal explains it, or the relay cannot take MAIL in a flight.</summary>
    private GroupOutcome BadSequence(ReplyGroup group)
    {
        var isExplained = group.EndOfData.Refuses && !group.WithReset;
        if (!isExplained)
        {
            record.GiveUpPipelining("503 to MAIL with no transaction open");
            record.End();
        }

        if (group.Data.FirstDigit is 2 or 3)
        {
            record.Break();
        }

        record.NeedsReset = true;
        return new GroupOutcome(Again: group.TakeEnvelope());
    }

    private GroupOutcome Senseless(ReplyGroup group, DeliveryPhase phase, in SmtpReply reply)
    {
        record.Break();
        group.ReportEnvelope(Verdict.NotSent);
        return new GroupOutcome(Fault: faults.Unexpected(phase, reply));
    }

    private MailTransportException? JudgeEnd(ReplyGroup group, bool isTaken, in SmtpReply goodbye, WireException? broken)
    {
        var leave = !goodbye.IsNone ? goodbye : group.FirstGoodbye;
        var isBetweenMessages = isTaken && (group.Envelope is null ? !goodbye.IsNone : group.IsEnvelopeUnheard);
        var fault = Parting.Judge(record, faults, group.Waiting, isBetweenMessages, leave, broken);
        if (fault is null)
        {
            group.ReportEnvelope(Verdict.NotSent);
        }

        return fault;
    }

    private void CountEnvelope(ReplyGroup group)
    {
        record.Count(group.Reset);
        record.Count(group.Mail);
        record.Count(group.Rcpt);
        record.Count(group.Data);
    }

    /// <summary>The first reply to the envelope that is not as wanted; none = it is accepted.</summary>
    private (DeliveryPhase Phase, SmtpReply Reply) FirstObstacle(ReplyGroup group) =>
        !group.Mail.Accepts ? (DeliveryPhase.Mail, group.Mail)
        : !group.Rcpt.Accepts ? (DeliveryPhase.Rcpt, group.Rcpt)
        : !terms.Chunking && group.Data.FirstDigit != 3 ? (DeliveryPhase.Data, group.Data)
        : default;

    private void ReportRefusal(ReplyGroup group)
    {
        var (phase, reply) = FirstObstacle(group);
        if (reply.Refuses && group.Envelope is not null)
        {
            group.ReportEnvelope(refusals.Of(phase, reply, VerdictTable.Judge(phase, reply), group.Envelope));
        }
    }
}
