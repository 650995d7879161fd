using SuperMail.Dispatch.SmsGateways.Callbacks;

namespace SuperMail.Dispatch.SmsGateways.TxtLocal;

/// <summary>Forms: receipts by our id in <c>customID</c>, messages from phones of each inbox that names the address.</summary>
internal sealed class TxtLocalCallbacks(InboundReading inbound) : CallbackReader
{
    protected override void Read(CallbackContent content, CallbackFindings findings)
    {
        if (content["status"] is { } status)
        {
            findings.Receipt(content["customID"], WordOf(status), status, CallbackTime.Read(content["datetime"]));
        }
        else if (inbound.Message(content["sender"], content["content"], content["inNumber"]) is { } message)
        {
            findings.Inbound.Add(message);
        }
    }

    private static ReceiptWord WordOf(string status) => status switch
    {
        "D" => ReceiptWord.Delivered,
        "U" => ReceiptWord.Undelivered,
        "I" => ReceiptWord.Undelivered with { IsPermanent = true },
        _ => ReceiptWord.Unknown,
    };
}
