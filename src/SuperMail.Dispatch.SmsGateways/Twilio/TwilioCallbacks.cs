using SuperMail.Dispatch.SmsGateways.Callbacks;

namespace SuperMail.Dispatch.SmsGateways.Twilio;

/// <summary>Forms, signed with the auth token; fields that we do not know come unannounced and are left.</summary>
internal sealed class TwilioCallbacks(InboundReading inbound, string authToken) : CallbackReader
{
    protected override SmsSignature Verify(SmsCallbackRequest request, CallbackContent content) =>
        TwilioSignature.IsValid(authToken, request, content) ? SmsSignature.Valid : SmsSignature.Invalid;

    protected override void Read(CallbackContent content, CallbackFindings findings)
    {
        // TwiML that does nothing: anything else would be sent to the phone.
        (findings.AnswerType, findings.Answer) = ("text/xml", """<?xml version="1.0" encoding="UTF-8"?><Response/>""");
        var id = content["MessageSid"] ?? content["SmsSid"];
        if (content["MessageStatus"] is { } status)
        {
            var code = content["ErrorCode"];
            findings.Receipt(id, WordOf(status, code), status, code: code);
        }
        else if (inbound.Message(
            content["From"], content["Body"], content["To"], id, optedOut: "STOP".Equals(content["OptOutType"], StringComparison.OrdinalIgnoreCase)) is { } message)
        {
            findings.Inbound.Add(message);
        }
    }

    private static ReceiptWord WordOf(string status, string? code) => status.ToUpperInvariant() switch
    {
        "ACCEPTED" or "SCHEDULED" or "QUEUED" or "SENDING" or "SENT" => ReceiptWord.Pending,
        "DELIVERED" or "READ" => ReceiptWord.Delivered,
        "UNDELIVERED" or "FAILED" => ReceiptWord.Undelivered with { IsPermanent = IsPermanent(code) },
        "CANCELED" => ReceiptWord.Rejected,
        _ => ReceiptWord.Unknown,
    };

    // 30003: the phone is off. 30004 to 30006: the number is blocked, unknown, a landline.
    private static bool? IsPermanent(string? code) => code switch
    {
        "30003" or "30001" => false,
        "30004" or "30005" or "30006" or "21610" => true,
        _ => null,
    };
}
