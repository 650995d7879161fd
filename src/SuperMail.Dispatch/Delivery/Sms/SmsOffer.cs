using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Partitioning;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Delivery;

/// <summary>A recipient's message on its way to the gateway.</summary>
/// <param name="Entry">The recipient.</param>
/// <param name="Run">Its mailing.</param>
/// <param name="Message">What is offered.</param>
/// <param name="Segments">What the text takes by our count.</param>
internal sealed record SmsOffer(Window.Entry Entry, SmsRun Run, SmsMessage Message, int Segments)
{
    /// <summary>How often the mailing had gone on after a pause when this was made.</summary>
    public int Resumptions { get; } = Run.Resumptions;

    /// <summary>Notes where it stands on the wire, for whoever comes after a process that was killed.</summary>
    public void Note(WireState state) => Entry.Cursor.Wire?.Note(Entry.Position, state);

    /// <summary>Composes it. Nothing about one recipient is an exception: when it cannot be sent, the reason says why.</summary>
    public static bool TryMake(
        SmsRun run,
        in Window.Entry entry,
        SmsGatewayCapabilities capabilities,
        ILogger log,
        [NotNullWhen(true)] out SmsOffer? offer,
        out (OutcomeReason Reason, string Fault) refusal)
    {
        offer = null;
        refusal = default;
        var recipient = entry.Recipient;
        if (!PhoneNumber.TryParse(recipient.Address, run.Definition.DefaultCountry, out var to, out var error))
        {
            refusal = (OutcomeReason.BadAddress, error);
            return false;
        }

        try
        {
            var text = run.Composer.Compose(to.ToString(), recipient.DisplayName, recipient.Values);
            var beyond = text.Fault is { } fault ? (text.Reason, fault) : SmsMessages.BeyondGateway(capabilities, text);
            if (beyond is { } why)
            {
                refusal = why;
                return false;
            }

            offer = new SmsOffer(entry, run, SmsMessages.Make(run.Definition, entry.Ordinal, to, text), text.Segments.Segments);
            return true;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // If it is one, it is ours, and must not cost the others.
            log.ComposingFailed(entry.Ordinal, entry.Mailing.ToString(), fault);
            refusal = (OutcomeReason.BadContent, $"The text could not be composed ({fault.GetType().Name}).");
            return false;
        }
    }
}
