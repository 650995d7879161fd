using System.Globalization;
using SuperMail.Dispatch.Outcomes;
using SuperMail.Dispatch.Partitioning;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Delivery;

/// <summary>From a gateway's word to what the ledger remembers, with the rules that look beyond one message.</summary>
internal sealed class SmsJudge(SmsLane sms)
{
    // ProviderKey's and FailureDetail's limits.
    private const int LongestKey = 256;
    private const int LongestText = 512;

    private static readonly OutcomeCode GivenBack = new(OutcomeKind.NotSent, OutcomeReason.Stopped);

    /// <summary>Why nothing more should be offered to this gateway, or null.</summary>
    public static string? RefusalOf(ISmsGateway gateway, SmsSendResult result) => result is { PausesChannel: true, Outcome: not SmsOutcome.Accepted }
        ? $"The SMS gateway {gateway.Name} takes nothing: {Describe(result)}"
        : null;

    public (OutcomeCode Code, FailureDetail? Failure, TakenMessage? Taken) Decide(
        SmsOffer offer, Window window, SmsSendResult result, ISmsGateway gateway, bool isCut)
    {
        DispatchMeter.CountSms(gateway.Name, result.Outcome.ToString(), result.ErrorClass.ToString());
        var run = offer.Run;
        var code = result switch
        {
            { Outcome: SmsOutcome.Accepted } => new OutcomeCode(OutcomeKind.Sent),
            { Outcome: SmsOutcome.Unknown } => Unanswered(offer, gateway),
            { PausesChannel: true } => GivenBack, // nobody's fault but the account's
            { Outcome: SmsOutcome.Rejected } => Rejected(offer, window, result),
            _ => Retry(offer, result, isCut),
        };
        run.Count(code.Kind);
        sms.Lane.ReportProgress(run);
        if (result.Outcome is not SmsOutcome.Accepted)
        {
            return (code, Detail(offer, result), null);
        }

        run.Refusals.Accepted();
        sms.Accepted();
        var usage = new SmsUsage(result.Segments > 0 ? result.Segments : offer.Segments, result.Cost);
        DispatchMeter.SmsSegments.Add(usage.Segments, new KeyValuePair<string, object?>("gateway", gateway.Name));
        return (code, null, new TakenMessage(KeysOf(result), usage));
    }

    /// <summary>Left, and not answered: only a provider that refuses the same id twice may be asked again.</summary>
    private OutcomeCode Unanswered(SmsOffer offer, ISmsGateway gateway) => gateway.Capabilities.DeduplicatesById
        ? sms.Lane.TryAgain(offer.Entry.Recipient)
        : VerdictJudge.CodeOfDoubt(offer.Run.Definition.InDoubtPolicy);

    private OutcomeCode Rejected(SmsOffer offer, Window window, SmsSendResult result) => result.ErrorClass switch
    {
        SmsErrorClass.OptedOut => new OutcomeCode(OutcomeKind.Blocked, OutcomeReason.OptedOut),
        SmsErrorClass.InvalidSender => SenderRefused(offer, window, result),
        SmsErrorClass.InvalidRecipient => new OutcomeCode(OutcomeKind.Failed, OutcomeReason.BadAddress),
        SmsErrorClass.InvalidContent => new OutcomeCode(OutcomeKind.Failed, OutcomeReason.BadContent),
        SmsErrorClass.TooLong => new OutcomeCode(OutcomeKind.Failed, OutcomeReason.TooLarge),
        SmsErrorClass.Blocked => new OutcomeCode(OutcomeKind.Failed, OutcomeReason.Barred),
        _ => new OutcomeCode(OutcomeKind.Failed, OutcomeReason.Reply),
    };

    /// <summary>Final for a destination that refuses the sender, unless it turns out that everybody is refused alike: then the mailing pauses.</summary>
    private OutcomeCode SenderRefused(SmsOffer offer, Window window, SmsSendResult result)
    {
        var refused = new OutcomeCode(OutcomeKind.Failed, OutcomeReason.BadSender);
        var reason = Describe(result);
        var members = offer.Run.Refusals.Refused(
            offer.Entry.Ordinal,
            new MailingRun.Refusal(window, offer.Entry, Charged: true),
            new Verdict { Kind = VerdictKind.Failed, ReplyCode = CodeOf(result), Text = reason },
            offer.Resumptions);
        if (members is { Count: > 0 })
        {
            sms.Lane.PauseRefused(offer.Run, $"{members.Count} recipients in a row were refused alike: {reason}", members, offer.Entry.Ordinal);
        }

        return members is null ? refused : GivenBack;
    }

    private OutcomeCode Retry(SmsOffer offer, SmsSendResult result, bool isCut)
    {
        if (isCut)
        {
            return GivenBack; // surely not taken, because we cut the call
        }

        if (result.ErrorClass is not SmsErrorClass.Throttled && result.RetryAfter is null)
        {
            return sms.Lane.TryAgain(offer.Entry.Recipient);
        }

        sms.Throttle.SlowDown(Describe(result), result.RetryAfter);
        return GivenBack;
    }

    private static FailureDetail Detail(SmsOffer offer, SmsSendResult result) =>
        new(offer.Entry.Ordinal, offer.Entry.Recipient.Attempts + 1, CodeOf(result), default, Describe(result));

    private static int CodeOf(SmsSendResult result) =>
        int.TryParse(result.ProviderCode, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : 0;

    /// <summary>Class, code and words. A gateway leaves numbers out of its words; one of a host's own may forget to.</summary>
    private static string Describe(SmsSendResult result)
    {
        var what = result is { Outcome: SmsOutcome.Unknown, ErrorClass: SmsErrorClass.None } ? "no answer" : result.ErrorClass.ToString();
        var words = string.Join(' ', new[] { what, result.ProviderCode, NumberMask.Mask(result.ProviderText ?? "") }.Where(static w => !string.IsNullOrWhiteSpace(w)));
        return words.Length <= LongestText ? words : words[..LongestText];
    }

    private static string[] KeysOf(SmsSendResult result) =>
        [.. (result.ProviderMessageIds ?? []).Where(static id => id is { Length: > 0 and <= LongestKey }).Distinct(StringComparer.Ordinal)];
}
