using System.Text.Json;
using SuperMail.Dispatch.SmsGateways.Http;
using SuperMail.Dispatch.SmsGateways.Sending;

namespace SuperMail.Dispatch.SmsGateways.Puzzel;

/// <summary>Many messages in one JSON object; the answer has a word on each, told by our reference.</summary>
internal sealed class PuzzelDialect(PuzzelOptions options) : IProviderDialect
{
    private static readonly ErrorCodes Codes = new(
        (SmsErrorClass.Authentication, ["2"]),
        (SmsErrorClass.Configuration, ["3", "4"]),
        (SmsErrorClass.InvalidContent, ["5"]),
        (SmsErrorClass.Temporary, ["6"]),
        (SmsErrorClass.Blocked, ["25"]));

    public SmsGatewayCapabilities Capabilities { get; } = new()
    {
        // No limit is documented: large enough to be quick, small enough to lose little when an answer is lost.
        MaxBatch = 100,
        MaxValidity = RelativeValidity.Longest,
        DeliveryReports = true,
        Inbound = true,
    };

    public HttpRequestMessage Write(IReadOnlyList<OutgoingSms> messages) => new(HttpMethod.Post, options.Endpoint)
    {
        Headers = { Accept = { new("application/json") } },
        Content = Bodies.Json(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("serviceId", options.ServiceId);
            json.WriteString("username", options.UserName);
            json.WriteString("password", options.Password);
            json.WriteString("batchReference", messages[0].Id);
            json.WriteStartArray("message");
            foreach (var sms in messages)
            {
                Write(json, sms);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }),
    };

    public void Read(HttpAnswer answer, BatchResults results)
    {
        using var document = JsonDocument.Parse(answer.Body);
        var entries = ProviderJson.Objects(ProviderJson.Field(document.RootElement, "messageStatus")).ToArray();
        foreach (var entry in entries)
        {
            var reference = ProviderJson.Text(entry, "clientReference");
            var code = ProviderJson.Text(entry, "statusCode");
            var text = ProviderJson.Text(entry, "statusMessage");
            var at = reference is null ? results.ByNumber(ProviderJson.Text(entry, "recipient")) : results.ById(reference);
            switch (code)
            {
                case "1":
                    results.Accept(at, ProviderJson.Text(entry, "messageId") is { } id ? [id] : []);
                    break;

                // Too many to this number: kept until somebody at the provider's page approves it, or never.
                case "24":
                    results.Refuse(at, new ProviderFault(SmsErrorClass.Quota, code, text) { Outcome = SmsOutcome.Unknown });
                    break;

                // A refused login is told once and names no message.
                case "2" or "3" or "4" when at < 0:
                    results.RefuseRest(Codes.Fault(code, text));
                    break;
                case not null:
                    results.Refuse(at, Codes.Fault(code, text));
                    break;
            }
        }
    }

    private static void Write(Utf8JsonWriter json, OutgoingSms sms)
    {
        json.WriteStartObject();
        json.WriteString("recipient", sms.E164);
        json.WriteString("content", sms.Text);
        json.WriteString("clientReference", sms.Id);
        json.WriteStartObject("settings");
        if (sms.Message.Priority is { } priority)
        {
            json.WriteNumber("priority", priority);
        }

        if (sms.Message.Validity is { } validity)
        {
            json.WriteNumber("validity", RelativeValidity.Of(validity));
        }

        // Without it a character outside GSM 7-bit is an error.
        json.WriteBoolean("autoDetectEncoding", true);
        if (sms.Message.From is { } from)
        {
            json.WriteStartObject("originatorSettings");
            json.WriteString("originatorType", from.Kind switch
            {
                SmsSenderKind.Alphanumeric => "ALPHANUMERIC",
                SmsSenderKind.ShortCode => "NETWORK",
                _ => "INTERNATIONAL",
            });
            json.WriteString("originator", from.Kind == SmsSenderKind.Numeric ? $"+{from.WithoutPlus}" : from.Value);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
