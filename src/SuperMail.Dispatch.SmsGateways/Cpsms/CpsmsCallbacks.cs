using SuperMail.Dispatch.SmsGateways.Callbacks;

namespace SuperMail.Dispatch.SmsGateways.Cpsms;

/// <summary>
/// A GET of the address that we gave, which holds our id, with a status added. The provider's page names no numbers for
/// the states; these are the ones in use, and any other is Unknown, which harms nothing.
/// </summary>
internal sealed class CpsmsCallbacks(InboundReading inbound) : CallbackReader
{
    protected override void Read(CallbackContent content, CallbackFindings findings)
    {
        if (content["status"] is { } status)
        {
            findings.Receipt(content.InAddress("id") ?? content["reference"], WordOf(status), status);
        }
        else if (inbound.Message(content["from"], content["message"], content["to"]) is { } message)
        {
            findings.Inbound.Add(message);
        }
    }

    private static ReceiptWord WordOf(string status) => status switch
    {
        "1" => ReceiptWord.Delivered,
        "2" => ReceiptWord.Undelivered,
        "4" or "8" => ReceiptWord.Pending,
        "16" => ReceiptWord.Rejected,
        _ => ReceiptWord.OfSmpp(status),
    };
}
