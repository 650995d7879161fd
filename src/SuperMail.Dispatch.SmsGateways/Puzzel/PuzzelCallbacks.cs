using SuperMail.Dispatch.SmsGateways.Callbacks;

namespace SuperMail.Dispatch.SmsGateways.Puzzel;

/// <summary>JSON with many receipts (<c>dr</c>) or messages (<c>mo</c>); unsigned, but the service can add a header of the host's.</summary>
internal sealed class PuzzelCallbacks(InboundReading inbound) : CallbackReader
{
    protected override void Read(CallbackContent content, CallbackFindings findings)
    {
        var body = content.Json();
        foreach (var report in ProviderJson.Objects(ProviderJson.Field(body, "dr")))
        {
            var code = ProviderJson.Text(report, "statuscode");
            var word = code switch
            {
                "0" => ReceiptWord.Delivered,
                null => ReceiptWord.Unknown,
                _ => ReceiptWord.Undelivered,
            };
            findings.Receipt(
                ProviderJson.Text(report, "messageid"), word, ProviderJson.Text(report, "statusdescription") ?? code,
                CallbackTime.Read(ProviderJson.Text(report, "timestamp")), code is "0" ? null : ProviderJson.Text(report, "extstatuscode") ?? code);
        }

        foreach (var sms in ProviderJson.Objects(ProviderJson.Field(body, "mo")))
        {
            if (inbound.Message(
                ProviderJson.Text(sms, "originator"), ProviderJson.Text(sms, "content"), ProviderJson.Text(sms, "sno"),
                ProviderJson.Text(sms, "messageid"), CallbackTime.Read(ProviderJson.Text(sms, "timestamp"))) is { } message)
            {
                findings.Inbound.Add(message);
            }
        }
    }
}
