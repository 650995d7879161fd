using System.Globalization;
using System.Text.Json;
using SuperMail.Dispatch.SmsGateways.Http;
using SuperMail.Dispatch.SmsGateways.Sending;

namespace SuperMail.Dispatch.SmsGateways.Cm;

/// <summary>Up to 1000 messages in one JSON object; the answer has a word on each, told by our reference.</summary>
internal sealed class CmDialect(CmOptions options) : IProviderDialect
{
    private static readonly ErrorCodes Codes = new(
        (SmsErrorClass.Authentication, ["101", "103"]),
        (SmsErrorClass.InsufficientFunds, ["102"]),
        (SmsErrorClass.Configuration, ["202", "203"]),
        (SmsErrorClass.InvalidContent, ["301", "302", "303", "304", "305"]),
        (SmsErrorClass.Blocked, ["401", "402", "403"]),
        (SmsErrorClass.Temporary, ["500", "999"]));

    public SmsGatewayCapabilities Capabilities { get; } = new()
    {
        MaxBatch = 1000,
        DeliveryReports = true,
        Inbound = true,
    };

    public HttpRequestMessage Write(IReadOnlyList<OutgoingSms> messages) => new(HttpMethod.Post, options.Endpoint)
    {
        Headers = { { "X-CM-PRODUCTTOKEN", options.ProductToken } },
        Content = Bodies.Json(json => Write(json, messages)),
    };

    public void Read(HttpAnswer answer, BatchResults results)
    {
        using var document = JsonDocument.Parse(answer.Body);
        var reply = document.RootElement;
        foreach (var entry in ProviderJson.Objects(ProviderJson.Field(reply, "messages")))
        {
            ReadOne(entry, results);
        }

        // 0: all sent; 201: some were not, each says for itself. Any other code is one for all that have no word of their own.
        if (ProviderJson.Text(reply, "errorCode") is { } code and not ("0" or "201"))
        {
            results.RefuseRest(Codes.Fault(code, ProviderJson.Text(reply, "details")));
        }
    }

    private static void ReadOne(JsonElement entry, BatchResults results)
    {
        var at = results.ById(ProviderJson.Text(entry, "reference"));
        at = at >= 0 ? at : results.ByNumber(ProviderJson.Text(entry, "to"));
        var code = ProviderJson.Text(entry, "messageErrorCode");
        if (at < 0)
        {
            return;
        }

        if (code is null or "0" && "Accepted".Equals(ProviderJson.Text(entry, "status"), StringComparison.OrdinalIgnoreCase))
        {
            // Receipts name our reference: CM gives no id of its own.
            results.Accept(at, [results.Messages[at].Id], ProviderJson.Whole(entry, "parts"));
        }
        else
        {
            results.Refuse(at, Codes.Fault(code, ProviderJson.Text(entry, "messageDetails") ?? ProviderJson.Text(entry, "status")));
        }
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<OutgoingSms> messages)
    {
        json.WriteStartObject();
        json.WriteStartObject("messages");
        json.WriteStartArray("msg");
        foreach (var sms in messages)
        {
            json.WriteStartObject();
            if (sms.From is { } from)
            {
                json.WriteString("from", from);
            }

            json.WriteStartArray("to");
            json.WriteStartObject();
            json.WriteString("number", $"00{sms.Digits}");
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteStartObject("body");
            json.WriteString("type", "auto");
            json.WriteString("content", sms.Text);
            json.WriteEndObject();
            json.WriteString("reference", sms.Id);
            json.WriteNumber("minimumNumberOfMessageParts", 1);
            json.WriteNumber("maximumNumberOfMessageParts", sms.Segments);
            if (sms.ValidityMinutes is { } minutes)
            {
                json.WriteString("validity", string.Create(CultureInfo.InvariantCulture, $"{minutes / 60}h{minutes % 60}m"));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
