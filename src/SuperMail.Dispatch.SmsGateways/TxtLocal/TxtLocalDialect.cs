using System.Globalization;
using System.Text.Json;
using SuperMail.Dispatch.SmsGateways.Http;
using SuperMail.Dispatch.SmsGateways.Sending;

namespace SuperMail.Dispatch.SmsGateways.TxtLocal;

/// <summary>A form for each message: many numbers would share one text.</summary>
internal sealed class TxtLocalDialect(TxtLocalOptions options) : IProviderDialect
{
    private static readonly ErrorCodes Codes = new(
        (SmsErrorClass.Authentication, ["1", "2", "3"]),
        (SmsErrorClass.InvalidRecipient, ["4", "32", "51"]),
        (SmsErrorClass.InvalidContent, ["5", "8", "191", "192", "204"]),
        (SmsErrorClass.TooLong, ["6"]),
        (SmsErrorClass.InsufficientFunds, ["7"]),
        (SmsErrorClass.InvalidSender, ["43", "44"]));

    public SmsGatewayCapabilities Capabilities { get; } = new()
    {
        MaxCharacters = 766,
        Scheduling = true,
        DeliveryReports = true,
        Inbound = true,
    };

    public HttpRequestMessage Write(IReadOnlyList<OutgoingSms> messages)
    {
        var sms = messages[0];
        var hasKey = options.ApiKey is not null;
        return new HttpRequestMessage(HttpMethod.Post, options.Endpoint)
        {
            Content = Bodies.Form(
            [
                new("apikey", options.ApiKey),
                new("username", hasKey ? null : options.UserName),
                new("password", hasKey ? null : options.Password),
                new("numbers", sms.Digits),
                new("sender", sms.From),
                new("message", sms.Text),
                new("unicode", sms.IsUnicode ? "true" : null),
                new("schedule_time", sms.Message.SendAt?.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
                new("receipt_url", sms.Callback),
                new("custom", sms.Id),
                new("test", options.IsTest ? "true" : null),
            ]),
        };
    }

    public void Read(HttpAnswer answer, BatchResults results)
    {
        using var document = JsonDocument.Parse(answer.Body);
        var reply = document.RootElement;
        if ("success".Equals(ProviderJson.Text(reply, "status"), StringComparison.OrdinalIgnoreCase))
        {
            // Receipts name our id, the provider's pages its own.
            var ids = ProviderJson.Objects(ProviderJson.Field(reply, "messages")).Select(static m => ProviderJson.Text(m, "id")).OfType<string>();
            results.Accept(0, [results.Messages[0].Id, .. ids], ProviderJson.Whole(ProviderJson.Field(reply, "message"), "num_parts"), ProviderJson.Amount(reply, "cost"));
            return;
        }

        foreach (var error in ProviderJson.Objects(ProviderJson.Field(reply, "errors")))
        {
            results.Refuse(0, Codes.Fault(ProviderJson.Text(error, "code"), ProviderJson.Text(error, "message")));
        }
    }
}
