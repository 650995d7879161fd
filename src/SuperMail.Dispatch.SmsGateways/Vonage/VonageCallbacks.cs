using SuperMail.Dispatch.SmsGateways.Callbacks;

namespace SuperMail.Dispatch.SmsGateways.Vonage;

/// <summary>Form fields, an address's fields or JSON, as the account says; signed when the account signs.</summary>
internal sealed class VonageCallbacks(InboundReading inbound, VonageSignature? signature) : CallbackReader
{
    protected override SmsSignature Verify(SmsCallbackRequest request, CallbackContent content) =>
        signature is null ? SmsSignature.None : signature.IsValid(content) ? SmsSignature.Valid : SmsSignature.Invalid;

    protected override void Read(CallbackContent content, CallbackFindings findings)
    {
        var (id, at) = (content["messageId"], CallbackTime.Read(content["message-timestamp"]));
        if (content["status"] is { } status)
        {
            var code = content["err-code"] is "0" ? null : content["err-code"];
            findings.Receipt(id, WordOf(status, code), status, at, code);
        }
        else if (inbound.Message(content["msisdn"], content["text"], content["to"], id, at) is { } message)
        {
            findings.Inbound.Add(message);
        }
    }

    private static ReceiptWord WordOf(string status, string? code) => status.ToUpperInvariant() switch
    {
        "ACCEPTED" or "BUFFERED" or "SUBMITTED" => ReceiptWord.Pending,
        "DELIVERED" => ReceiptWord.Delivered,
        "EXPIRED" => ReceiptWord.Expired,
        "FAILED" or "DELETED" => ReceiptWord.Undelivered with { IsPermanent = IsPermanent(code) },
        "REJECTED" => ReceiptWord.Rejected with { IsPermanent = IsPermanent(code) },
        _ => ReceiptWord.Unknown,
    };

    // 2: away for now; 7: busy; 8: the network. 3: gone; 4: barred by the subscriber; 9: no such number; 11: unroutable.
    private static bool? IsPermanent(string? code) => code switch
    {
        "2" or "7" or "8" => false,
        "3" or "4" or "9" or "11" => true,
        _ => null,
    };
}
