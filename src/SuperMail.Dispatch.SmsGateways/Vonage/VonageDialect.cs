using System.Globalization;
using System.Text.Json;
using SuperMail.Dispatch.SmsGateways.Http;
using SuperMail.Dispatch.SmsGateways.Sending;

namespace SuperMail.Dispatch.SmsGateways.Vonage;

/// <summary>A form for each message; the answer is 200 whatever happened, with a status for each part of the text.</summary>
internal sealed class VonageDialect(VonageOptions options) : IProviderDialect
{
    private static readonly ErrorCodes Codes = new(
        (SmsErrorClass.Throttled, ["1"]),
        (SmsErrorClass.Configuration, ["2", "23"]),
        (SmsErrorClass.InvalidContent, ["3", "16", "17"]),
        (SmsErrorClass.Authentication, ["4", "8", "11", "14", "32"]),
        (SmsErrorClass.Temporary, ["5", "10"]),
        (SmsErrorClass.InvalidRecipient, ["6", "33"]),
        (SmsErrorClass.Blocked, ["7", "29"]),
        (SmsErrorClass.InsufficientFunds, ["9"]),
        (SmsErrorClass.TooLong, ["12"]),
        (SmsErrorClass.InvalidSender, ["15"]));

    public SmsGatewayCapabilities Capabilities { get; } = new()
    {
        MaxValidity = TimeSpan.FromDays(7),
        DeliveryReports = true,
        Inbound = true,
        SuggestedSegmentsPerSecond = 30,
    };

    public ProviderFault? Refuse(OutgoingSms message) =>
        message.From is null ? new(SmsErrorClass.InvalidSender, Text: "Vonage needs a sender.") : null;

    public HttpRequestMessage Write(IReadOnlyList<OutgoingSms> messages)
    {
        var sms = messages[0];
        return new HttpRequestMessage(HttpMethod.Post, options.Endpoint)
        {
            Content = Bodies.Form(
            [
                new("api_key", options.ApiKey),
                new("api_secret", options.ApiSecret),
                new("from", sms.From),
                new("to", sms.Digits),
                new("text", sms.Text),
                new("type", sms.IsUnicode ? "unicode" : "text"),
                new("ttl", Ttl(sms.Message)),
                new("callback", sms.Callback),
                new("client-ref", sms.Reference.Length > 100 ? sms.Id : sms.Reference),
            ]),
        };
    }

    public void Read(HttpAnswer answer, BatchResults results)
    {
        using var document = JsonDocument.Parse(answer.Body);
        var parts = ProviderJson.Objects(ProviderJson.Field(document.RootElement, "messages")).ToArray();
        var refused = parts.FirstOrDefault(static p => ProviderJson.Text(p, "status") is not "0");
        if (parts.Length == 0)
        {
            return;
        }

        if (refused.ValueKind == JsonValueKind.Undefined)
        {
            results.Accept(0, [.. parts.Select(static p => ProviderJson.Text(p, "message-id")).OfType<string>()], parts.Length, Cost(parts));
        }
        else
        {
            var fault = Codes.Fault(ProviderJson.Text(refused, "status"), ProviderJson.Text(refused, "error-text"));

            // Some parts of the text are on their way and some are not: sent again, the former would come twice.
            var isTorn = parts.Any(static p => ProviderJson.Text(p, "status") is "0");
            results.Refuse(0, isTorn ? fault with { Outcome = SmsOutcome.Unknown } : fault);
        }
    }

    private static decimal? Cost(JsonElement[] parts) =>
        parts.Any(static p => ProviderJson.Amount(p, "message-price") is null) ? null : parts.Sum(static p => ProviderJson.Amount(p, "message-price"));

    // Documented from 20 seconds.
    private static string? Ttl(SmsMessage message) =>
        message.Validity is { } validity ? Math.Max(20_000, (long)validity.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) : null;
}
