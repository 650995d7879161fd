using SuperMail.Dispatch.Outcomes;
using SuperMail.Dispatch.Partitioning;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Delivery;

/// <summary>From a verdict to what the ledger remembers, with the rules that look beyond one message.</summary>
internal sealed class VerdictJudge(EmailLane email)
{
    private static readonly OutcomeCode NotSentReply = new(OutcomeKind.NotSent, OutcomeReason.Reply);

    private readonly SameTextRun _sameText = new();

    private Lane Lane => email.Lane;

    public (OutcomeCode Code, FailureDetail? Failure) Decide(PendingMessage message, Verdict verdict)
    {
        var (run, entry) = (message.Run, message.Entry);
        DispatchMeter.CountMessage((int)verdict.Kind);
        var decided = verdict.Kind switch
        {
            VerdictKind.Sent => Sent(run),
            // Refused before whatever was wrong was mended, and heard only now: it gets another try.
            VerdictKind.Failed when message.IsOfBeforeAPause && verdict.Phase is not DeliveryPhase.Composing => (NotSentReply, Detail(entry, verdict)),
            VerdictKind.Failed => Refused(message, verdict, charged: true),
            VerdictKind.Retry => Retry(entry, message.Envelope.To, verdict),
            VerdictKind.InDoubt => InDoubt(run, entry, verdict),
            _ => NotSent(message, verdict),
        };
        run.Count(decided.Item1.Kind);
        Lane.ReportProgress(run);
        return decided;
    }

    public static (OutcomeCode Code, FailureDetail? Failure) CannotCompose(MailingRun run, in Window.Entry entry, string reason)
    {
        run.Count(OutcomeKind.Failed);
        return (new OutcomeCode(OutcomeKind.Failed, OutcomeReason.BadContent), new FailureDetail(entry.Ordinal, 0, 0, default, reason));
    }

    private (OutcomeCode, FailureDetail?) Sent(MailingRun run)
    {
        run.Refusals.Accepted();
        _sameText.Accepted();
        email.Throttle.Accepted();
        return (new OutcomeCode(OutcomeKind.Sent), null);
    }

    /// <summary>A 5xx: final, unless it turns out that everybody is refused alike.</summary>
    private (OutcomeCode, FailureDetail?) Refused(PendingMessage message, Verdict verdict, bool charged)
    {
        var (run, entry) = (message.Run, message.Entry);
        var failure = Detail(entry, verdict);
        var code = charged ? new OutcomeCode(OutcomeKind.Failed, ReasonOf(verdict)) : NotSentReply;
        if (verdict.Phase is DeliveryPhase.Composing)
        {
            return (code, failure); // refused by us for what it is: says nothing about the relay
        }

        var members = run.Refusals.Refused(entry.Ordinal, new MailingRun.Refusal(message.Window, entry, charged), verdict, message.Resumptions);
        if (members is null)
        {
            return (code, failure);
        }

        if (members.Count > 0)
        {
            Lane.PauseRefused(run, $"{members.Count} recipients in a row were refused alike: {Describe(verdict)}", members, entry.Ordinal);
        }

        return (new OutcomeCode(OutcomeKind.NotSent, OutcomeReason.Stopped), failure);
    }

    private (OutcomeCode, FailureDetail?) Retry(in Window.Entry entry, EmailAddress to, Verdict verdict)
    {
        if (verdict.Signal is RelaySignal.SlowDown || _sameText.Refused(to, verdict))
        {
            email.Throttle.SlowDown(Describe(verdict));
        }

        return (Lane.TryAgain(entry.Recipient), Detail(entry, verdict));
    }

    private (OutcomeCode, FailureDetail?) NotSent(PendingMessage message, Verdict verdict)
    {
        var (run, entry) = (message.Run, message.Entry);
        switch (verdict.Signal)
        {
            case RelaySignal.SlowDown:
                email.Throttle.SlowDown(Describe(verdict));
                break;
            case RelaySignal.Pause when !message.IsOfBeforeAPause:
                Lane.Pause(run, Describe(verdict), verdict.ResumeAfter);
                break;
            case RelaySignal.SenderRefused:
                var thirdTime = entry.Recipient.SenderRefusals + 1 >= RefusalRun<int>.Telling && run.HasSent;
                return Refused(message, verdict, charged: thirdTime);
        }

        return verdict.ReplyCode == 0
            ? (new OutcomeCode(OutcomeKind.NotSent, OutcomeReason.ConnectionLost), null)
            : (new OutcomeCode(OutcomeKind.NotSent, OutcomeReason.Stopped), Detail(entry, verdict));
    }

    private static (OutcomeCode, FailureDetail?) InDoubt(MailingRun run, in Window.Entry entry, Verdict verdict) =>
        (CodeOfDoubt(run.Definition.InDoubtPolicy), Detail(entry, verdict) with { Text = verdict.Text ?? "The end of data was sent and no reply came." });

    public static OutcomeCode CodeOfDoubt(InDoubtPolicy policy) => policy switch
    {
        InDoubtPolicy.Resend => new OutcomeCode(OutcomeKind.NotSent, OutcomeReason.ResentInDoubt),
        InDoubtPolicy.AssumeSent => new OutcomeCode(OutcomeKind.Sent, OutcomeReason.Assumed),
        _ => new OutcomeCode(OutcomeKind.InDoubt),
    };

    private static FailureDetail Detail(in Window.Entry entry, Verdict verdict) =>
        new(entry.Ordinal, entry.Recipient.Attempts + 1, verdict.ReplyCode, verdict.EnhancedCode, verdict.Text);

    private static OutcomeReason ReasonOf(Verdict verdict) => verdict switch
    {
        { ReplyCode: > 0 } => OutcomeReason.Reply,
        { EnhancedCode: { Class: 5, Subject: 3, Detail: 4 } } => OutcomeReason.TooLarge,
        { EnhancedCode: { Class: 5, Subject: 6, Detail: 7 } } => OutcomeReason.NeedsSmtpUtf8,
        _ => OutcomeReason.BadContent,
    };

    private static string Describe(Verdict verdict) =>
        $"{verdict.ReplyCode} {AddressMask.Mask(verdict.Text ?? "")} (at {verdict.Phase}).";
}
