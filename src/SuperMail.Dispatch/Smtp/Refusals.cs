using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Smtp;

/// <summary>Makes verdicts of refusals, and logs what the relay said, without the addresses in it unless they are wanted.</summary>
internal sealed class Refusals(SessionTerms terms, string relay, ILogger logger)
{
    public Verdict Of(DeliveryPhase phase, in SmtpReply reply, Judgement judgement, OutgoingMessage? message)
    {
        var verdict = Verdicts.Of(phase, reply, judgement);
        if (logger.IsEnabled(LogLevel.Debug))
        {
            DispatchLog.SmtpRefused(logger, relay, phase.ToString(), reply.Code, Said(verdict.Text ?? "", message));
        }

        return verdict;
    }

    private string Said(string text, OutgoingMessage? message) =>
        terms.LogAddresses ? text : AddressMask.Mask(text, message?.Envelope.To.LocalPart ?? "");
}
