using System.Globalization;
using System.Text.Json;
using SuperMail.Dispatch.SmsGateways.Http;
using SuperMail.Dispatch.SmsGateways.Sending;

namespace SuperMail.Dispatch.SmsGateways.LinkCommon;

/// <summary><c>/sms/send</c> for one message, <c>/sms/sendbatch</c> for up to 1000; the result code 1005 (queued) is success.</summary>
internal sealed class LinkCommonDialect(LinkCommonOptions options) : IProviderDialect
{
    private static readonly ErrorCodes Codes = new(
        (SmsErrorClass.Throttled, ["3"]),
        (SmsErrorClass.Authentication, ["100", "101", "102", "103", "106100", "106101"]),
        (SmsErrorClass.Configuration, ["104", "106200", "106201", "106301"]),
        (SmsErrorClass.InvalidSender, ["2000", "2001", "2002", "2003"]),
        (SmsErrorClass.InvalidRecipient, ["2100", "2101", "2102", "2104", "2106"]),
        (SmsErrorClass.Blocked, ["2", "2103", "2105", "2107", "2203", "2204", "2205", "4007"]),
        (SmsErrorClass.InvalidContent, ["3000", "3001", "4001", "4003", "4004", "4005"]));

    public SmsGatewayCapabilities Capabilities { get; } = new()
    {
        MaxBatch = 1000,
        MaxSegments = 254,
        AstralCharacters = false,
        DeliveryReports = true,
        Inbound = true,
    };

    public HttpRequestMessage Write(IReadOnlyList<OutgoingSms> messages) => new(HttpMethod.Post, Address(messages.Count))
    {
        Headers = { Authorization = BasicLogin.Header(options.UserName, options.Password) },
        Content = Bodies.Json(json =>
        {
            json.WriteStartObject();
            json.WriteString("platformId", options.PlatformId);
            json.WriteString("platformPartnerId", options.PartnerId);
            if (options.GateId is { } gate)
            {
                json.WriteString("gateId", gate);
            }

            // By default the platform answers before it has looked.
            json.WriteBoolean("ignoreResponse", false);
            json.WriteBoolean("useDeliveryReport", messages.Any(static m => m.Callback is not null));
            if (messages.Count == 1)
            {
                Write(json, messages[0]);
            }
            else
            {
                json.WriteStartArray("sendRequestMessages");
                foreach (var sms in messages)
                {
                    json.WriteStartObject();
                    Write(json, sms);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }),
    };

    public void Read(HttpAnswer answer, BatchResults results)
    {
        using var document = JsonDocument.Parse(answer.Body);
        var reply = document.RootElement;
        if (ProviderJson.Text(reply, "status") is { } refused)
        {
            results.RefuseRest(Codes.Fault(refused, ProviderJson.Text(reply, "description")));
            return;
        }

        var entries = ProviderJson.Objects(ProviderJson.Field(reply, "sendResults") ?? reply).ToArray();
        for (var i = 0; i < entries.Length; i++)
        {
            // Told by our reference. Only an answer as long as the request may be taken in its order without one.
            var at = results.ById(ProviderJson.Text(entries[i], "refId"));
            ReadOne(entries[i], at >= 0 || ProviderJson.Text(entries[i], "refId") is not null ? at : entries.Length == results.Messages.Count ? i : -1, results);
        }
    }

    private static void ReadOne(JsonElement entry, int at, BatchResults results)
    {
        var code = ProviderJson.Text(entry, "resultCode");
        var text = ProviderJson.Text(entry, "message") ?? ProviderJson.Text(entry, "description");
        switch (code)
        {
            case null:
                break;
            case "200" or "1000" or "1001" or "1005":
                results.Accept(at, ProviderJson.Text(entry, "messageId") is { } id ? [id] : []);
                break;

            // A time-out or an unknown fault on the operator's side: the platform itself does not know.
            case "4" or "5":
                results.Refuse(at, new ProviderFault(SmsErrorClass.Timeout, code, text) { Outcome = SmsOutcome.Unknown });
                break;
            default:
                results.Refuse(at, Codes.Fault(code, text));
                break;
        }
    }

    private static void Write(Utf8JsonWriter json, OutgoingSms sms)
    {
        if (sms.Message.From is { } from)
        {
            json.WriteString("source", from.Value);
            json.WriteString("sourceTON", from.Kind switch
            {
                SmsSenderKind.Alphanumeric => "ALPHANUMERIC",
                SmsSenderKind.ShortCode => "SHORTNUMBER",
                _ => "MSISDN",
            });
        }

        json.WriteString("destination", sms.E164);
        json.WriteString("userData", sms.Text);
        json.WriteString("dcs", "TEXT");
        json.WriteString("refId", sms.Id);
        if (sms.Message.Validity is { } validity)
        {
            json.WriteNumber("relativeValidityTime", (long)validity.TotalMilliseconds);
        }
    }

    private Uri Address(int count)
    {
        var path = options.Endpoint.AbsoluteUri.TrimEnd('/');
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"{path}/sms/{(count == 1 ? "send" : "sendbatch")}"));
    }
}
