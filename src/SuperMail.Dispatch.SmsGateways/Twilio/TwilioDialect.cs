using System.Globalization;
using System.Text.Json;
using SuperMail.Dispatch.SmsGateways.Http;
using SuperMail.Dispatch.SmsGateways.Sending;

namespace SuperMail.Dispatch.SmsGateways.Twilio;

/// <summary>A form for each message; the answer is the message as a resource, or an error with a code.</summary>
internal sealed class TwilioDialect(TwilioOptions options) : IProviderDialect
{
    private static readonly ErrorCodes Codes = new(
        (SmsErrorClass.Authentication, ["20003", "20005", "20006", "20008", "30002"]),
        (SmsErrorClass.Configuration, ["20404", "21609", "21701", "21703"]),
        (SmsErrorClass.InvalidRecipient, ["21211", "21214", "21217", "21265", "21401", "21407", "21421", "21604", "21614", "30005", "30006"]),
        (SmsErrorClass.InvalidSender, ["21212", "21603", "21606", "21607", "21659", "21660", "21661", "21705", "21710"]),
        (SmsErrorClass.InvalidContent, ["21602", "21619"]),
        (SmsErrorClass.TooLong, ["21605", "21617"]),
        (SmsErrorClass.OptedOut, ["21610"]),
        (SmsErrorClass.Blocked, ["21408", "21612", "21635", "30004", "30007", "30010"]),
        (SmsErrorClass.Quota, ["63038"]),

        // Not never, only later and slower: the queue of the sender is full.
        (SmsErrorClass.Throttled, ["20429", "21611", "30001"]));

    public SmsGatewayCapabilities Capabilities { get; } = new()
    {
        MaxCharacters = 1600,
        MaxValidity = TimeSpan.FromSeconds(36_000),
        DeliveryReports = true,
        Inbound = true,
    };

    public ProviderFault? Refuse(OutgoingSms message) => message.From is null && options.MessagingServiceSid is null
        ? new(SmsErrorClass.InvalidSender, Text: "Twilio needs a sender, or twilio_messaging_service_sid in the plugin configuration.")
        : null;

    public HttpRequestMessage Write(IReadOnlyList<OutgoingSms> messages)
    {
        var sms = messages[0];
        return new HttpRequestMessage(HttpMethod.Post, options.Endpoint)
        {
            Headers = { Authorization = BasicLogin.Header(options.AccountSid, options.AuthToken) },
            Content = Bodies.Form(
            [
                new("To", sms.E164),
                new("From", sms.Message.From?.Value),
                new("MessagingServiceSid", sms.From is null ? options.MessagingServiceSid : null),
                new("Body", sms.Text),
                new("StatusCallback", sms.Callback),
                new("ValidityPeriod", ValiditySeconds(sms.Message)),
                new("SmartEncoded", sms.Message.SmartEncode ? "true" : null),
            ]),
        };
    }

    public void Read(HttpAnswer answer, BatchResults results)
    {
        using var document = JsonDocument.Parse(answer.Body);
        var reply = document.RootElement;
        if (answer.IsSuccess)
        {
            if (ProviderJson.Text(reply, "error_code") is { } code)
            {
                results.Refuse(0, Codes.Fault(code, ProviderJson.Text(reply, "error_message")));
            }
            else if (ProviderJson.Text(reply, "sid") is { } sid)
            {
                // 0 segments when a messaging service has yet to choose the sender: our own count stands then.
                results.Accept(0, [sid], ProviderJson.Whole(reply, "num_segments"), Cost(reply));
            }
        }
        else if (ProviderJson.Text(reply, "code") is { } code)
        {
            results.Refuse(0, Codes.Fault(code, ProviderJson.Text(reply, "message")));
        }
    }

    // A charge is written as a negative price.
    private static decimal? Cost(JsonElement reply) => ProviderJson.Amount(reply, "price") is { } price ? Math.Abs(price) : null;

    private static string? ValiditySeconds(SmsMessage message) =>
        message.Validity is { } validity ? Math.Max(1, (long)validity.TotalSeconds).ToString(CultureInfo.InvariantCulture) : null;
}
