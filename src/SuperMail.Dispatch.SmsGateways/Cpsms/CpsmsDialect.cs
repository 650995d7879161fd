using System.Text.Json;
using SuperMail.Dispatch.SmsGateways.Http;
using SuperMail.Dispatch.SmsGateways.Sending;

namespace SuperMail.Dispatch.SmsGateways.Cpsms;

/// <summary>A JSON object for each message: an array of recipients would share one text. Errors may come with status 200.</summary>
internal sealed class CpsmsDialect(CpsmsOptions options) : IProviderDialect
{
    // The codes are those of HTTP, whatever the status of the answer is.
    private static readonly ErrorCodes Codes = new(
        (SmsErrorClass.InvalidContent, ["400"]),
        (SmsErrorClass.Authentication, ["401", "403"]),
        (SmsErrorClass.InsufficientFunds, ["402"]),
        (SmsErrorClass.Configuration, ["404"]),
        (SmsErrorClass.InvalidRecipient, ["409"]),
        (SmsErrorClass.Throttled, ["429"]));

    public SmsGatewayCapabilities Capabilities { get; } = new()
    {
        Scheduling = true,
        DeliveryReports = true,
        Inbound = true,
    };

    public HttpRequestMessage Write(IReadOnlyList<OutgoingSms> messages)
    {
        var sms = messages[0];
        return new HttpRequestMessage(HttpMethod.Post, options.Endpoint)
        {
            Headers = { Authorization = BasicLogin.Header(options.UserName, options.ApiKey) },
            Content = Bodies.Json(json =>
            {
                json.WriteStartObject();
                json.WriteString("to", sms.Digits);
                json.WriteString("message", sms.Text);
                if (sms.From is { } from)
                {
                    json.WriteString("from", from);
                }

                if (sms.Message.SendAt is { } at)
                {
                    json.WriteNumber("timestamp", at.ToUnixTimeSeconds());
                }

                if (sms.Callback is { } callback)
                {
                    json.WriteString("dlr_url", QueryAddress.With(callback, [new("id", sms.Id)]));
                }

                json.WriteString("format", sms.IsUnicode ? "UNICODE" : "GSM");
                json.WriteString("reference", sms.Id);
                json.WriteEndObject();
            }),
        };
    }

    public void Read(HttpAnswer answer, BatchResults results)
    {
        using var document = JsonDocument.Parse(answer.Body);
        foreach (var error in ProviderJson.Objects(ProviderJson.Field(document.RootElement, "error")))
        {
            results.Refuse(0, Codes.Fault(ProviderJson.Text(error, "code"), ProviderJson.Text(error, "message")));
        }

        // Sometimes an array within the array.
        foreach (var taken in ProviderJson.Objects(ProviderJson.Field(document.RootElement, "success")))
        {
            results.Accept(
                results.ByNumber(ProviderJson.Text(taken, "to")),
                [results.Messages[0].Id],
                ProviderJson.Whole(taken, "smsAmount"),
                ProviderJson.Amount(taken, "cost"));
        }
    }
}
