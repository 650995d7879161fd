using SuperMail.Dispatch.Composing;

namespace SuperMail.Dispatch.Delivery;

/// <summary>Sends one text, without ledger, partitioner or retries.</summary>
internal sealed class SmsTest(EnginePorts ports)
{
    private readonly MailingDoor _door = new(ports);
    private readonly EmailTest _email = new(ports);

    public async Task<SmsTestResult> SendAsync(string number, string text, string? sender, CancellationToken cancellationToken)
    {
        // Escaped, since a test's text is no template.
        var mailing = new SmsMailing("Test", "{{text}}", []) { Sender = sender, FieldNames = ["text"] };
        var defined = _door.Define(mailing, mailing.FieldNames);
        var definition = defined is EmailDefinition email ? email.Phones!.Text : (SmsDefinition)defined;
        if (!PhoneNumber.TryParse(number, definition.DefaultCountry, out var to, out var error))
        {
            return new SmsTestResult(null, Refused(SmsErrorClass.InvalidRecipient, error));
        }

        var composed = SmsComposer.Create(definition).Compose(to.ToString(), null, [text]);
        if (composed.Fault is { } fault)
        {
            return new SmsTestResult(to, Refused(ClassOf(composed.Reason), fault));
        }

        return new SmsTestResult(to, defined is EmailDefinition byEmail
            ? await ByEmailAsync(byEmail, to, text, composed.Segments.Segments, cancellationToken).ConfigureAwait(false)
            : await ByGatewayAsync(definition, to, composed, cancellationToken).ConfigureAwait(false));
    }

    private async Task<SmsSendResult> ByGatewayAsync(SmsDefinition definition, PhoneNumber to, SmsComposition text, CancellationToken cancellationToken)
    {
        if (!ports.Gateways.TryGet(ports.Settings().Sms, out var gateway, out var fault))
        {
            throw new MailingRefusedException(fault);
        }

        if (SmsMessages.BeyondGateway(gateway.Capabilities, text) is { } beyond)
        {
            return Refused(ClassOf(beyond.Reason), beyond.Fault);
        }

        var message = SmsMessages.Make(definition, 0, to, text);
        var results = await gateway.SendAsync([message], cancellationToken).ConfigureAwait(false);
        return results is [{ } result] ? result : SmsSendResult.Unknown(message, SmsErrorClass.None, "The gateway gave no result.");
    }

    private async Task<SmsSendResult> ByEmailAsync(EmailDefinition definition, PhoneNumber to, string text, int segments, CancellationToken cancellationToken)
    {
        var recipient = new Recipient(to.ToString()) { Fields = new Dictionary<string, string?> { ["text"] = text } };
        var verdict = (await _email.SendAsync(definition, [recipient], cancellationToken).ConfigureAwait(false))[0].Verdict;
        return new SmsSendResult
        {
            MessageId = SmsMessages.IdOf(definition.Id, 0),
            Outcome = verdict.Kind switch
            {
                VerdictKind.Sent => SmsOutcome.Accepted,
                VerdictKind.Failed => SmsOutcome.Rejected,
                VerdictKind.InDoubt => SmsOutcome.Unknown,
                _ => SmsOutcome.Retry,
            },
            ProviderCode = verdict.ReplyCode == 0 ? null : verdict.ReplyCode.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ProviderText = verdict.Text,
            Segments = verdict.Kind is VerdictKind.Sent ? segments : 0,
        };
    }

    private static SmsErrorClass ClassOf(OutcomeReason reason) => reason is OutcomeReason.TooLarge ? SmsErrorClass.TooLong : SmsErrorClass.InvalidContent;

    private static SmsSendResult Refused(SmsErrorClass errorClass, string why) =>
        new() { MessageId = "", Outcome = SmsOutcome.Rejected, ErrorClass = errorClass, ProviderText = why };
}
