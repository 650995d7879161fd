using System.Text.Json;
using SuperMail.Dispatch.SmsGateways.Callbacks;

namespace SuperMail.Dispatch.SmsGateways.Cm;

/// <summary>JSON, which CM's channel settings offer beside XML; unsigned.</summary>
internal sealed class CmCallbacks(InboundReading inbound) : CallbackReader
{
    protected override void Read(CallbackContent content, CallbackFindings findings)
    {
        var body = content.Json();
        foreach (var report in ProviderJson.Objects(ProviderJson.Field(ProviderJson.Field(body, "messages"), "msg")))
        {
            ReadReport(report, findings);
        }

        if (ProviderJson.Field(body, "message") is { } message && inbound.Message(
            NumberOf(body, "from"), ProviderJson.Text(message, "text"), NumberOf(body, "to"),
            ProviderJson.Text(body, "messageContext"), CallbackTime.Read(ProviderJson.Text(body, "timeUtc"))) is { } read)
        {
            findings.Inbound.Add(read);
        }
    }

    private static void ReadReport(JsonElement report, CallbackFindings findings)
    {
        var status = ProviderJson.Field(report, "status");
        var code = ProviderJson.Text(status, "code");
        findings.Receipt(
            ProviderJson.Text(report, "reference"),
            WordOf(code),
            code,
            CallbackTime.Read(ProviderJson.Text(report, "received")),
            code is "1" or "3" ? ProviderJson.Text(status, "errorCode") : null);
    }

    private static ReceiptWord WordOf(string? code) => code switch
    {
        "0" => ReceiptWord.Pending,
        "1" => ReceiptWord.Rejected,
        "2" or "4" => ReceiptWord.Delivered,
        "3" => ReceiptWord.Undelivered,
        _ => ReceiptWord.Unknown,
    };

    private static string? NumberOf(JsonElement body, string name) =>
        ProviderJson.Text(ProviderJson.Field(body, name), "number") ?? ProviderJson.Text(body, name);
}
