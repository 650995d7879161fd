using SuperMail.Dispatch.SmsGateways.Callbacks;
using SuperMail.Dispatch.SmsGateways.Http;

namespace SuperMail.Dispatch.SmsGateways.Kannel;

/// <summary>Kannel calls the address that we gave it, escape codes filled in; for messages from phones, the operator's get-url.</summary>
internal sealed class KannelCallbacks(InboundReading inbound) : CallbackReader
{
    /// <summary>The dlr-url: our id, and Kannel's escape codes for the kind of receipt, the SMSC's answer and the time.</summary>
    public static string Address(string callback, string id)
    {
        // A percent sign of the host's own would begin an escape code.
        var literal = QueryAddress.With(callback, [new("id", id)]).Replace("%", "%%", StringComparison.Ordinal);
        return $"{literal}&type=%d&answer=%A&at=%T";
    }

    protected override void Read(CallbackContent content, CallbackFindings findings)
    {
        var at = CallbackTime.ReadEpoch(content["at"]);
        if (content["type"] is { } type)
        {
            findings.Receipt(content["id"], WordOf(type), Raw(type, content["answer"]), at);
        }
        else if (inbound.Message(content["from"], content["text"], content["to"], content["id"], at, isInternational: false) is { } message)
        {
            // Kannel sends what we answer back to the phone as a text message: nothing, then.
            findings.Inbound.Add(message);
        }
    }

    private static ReceiptWord WordOf(string type) => type switch
    {
        "1" => ReceiptWord.Delivered,
        "2" => ReceiptWord.Undelivered,
        "4" or "8" => ReceiptWord.Pending,
        "16" => ReceiptWord.Rejected,
        _ => ReceiptWord.Unknown,
    };

    private static string Raw(string type, string? answer) => answer is null ? type : $"{type} {(answer.Length > 100 ? answer[..100] : answer)}";
}
