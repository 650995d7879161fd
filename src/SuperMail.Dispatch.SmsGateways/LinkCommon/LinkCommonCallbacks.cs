using SuperMail.Dispatch.SmsGateways.Callbacks;

namespace SuperMail.Dispatch.SmsGateways.LinkCommon;

/// <summary>JSON or form fields, as the provider sets up the gate; a receipt for each part of a long text.</summary>
internal sealed class LinkCommonCallbacks(InboundReading inbound) : CallbackReader
{
    protected override void Read(CallbackContent content, CallbackFindings findings)
    {
        var at = CallbackTime.Read(content["timestamp"]);
        if (content["resultCode"] is { } code)
        {
            findings.Receipt(WithoutPart(content["id"]), WordOf(code), code, at, content["operatorResultCode"]);
        }
        else if (inbound.Message(content["source"], content["userData"], content["destination"], content["id"], at) is { } message)
        {
            findings.Inbound.Add(message);
        }
    }

    // abc$0 is the first part of abc, and abc is what sending gave.
    private static string? WithoutPart(string? id) => id is not null && id.LastIndexOf('$') is var sign and > 0 ? id[..sign] : id;

    private static ReceiptWord WordOf(string code) => code switch
    {
        "1001" or "1007" => ReceiptWord.Delivered,
        "1000" or "1005" or "1008" or "1011" or "1012" or "1013" => ReceiptWord.Pending,
        "1002" or "1010" => ReceiptWord.Expired,
        "4" or "5" => ReceiptWord.Unknown,
        "0" or "1" or "3" or "6" or "104" or "105" or "1004" => ReceiptWord.Undelivered with { IsPermanent = false },
        "1003" or "1006" or "1009" => ReceiptWord.Undelivered,
        "2104" or "2105" or "2106" => ReceiptWord.Rejected with { IsPermanent = true },
        "2" or { Length: 4 } => ReceiptWord.Rejected,
        _ => ReceiptWord.Unknown,
    };
}
