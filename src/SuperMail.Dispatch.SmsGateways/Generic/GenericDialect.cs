using System.Globalization;
using System.Text;
using SuperMail.Dispatch.SmsGateways.Http;
using SuperMail.Dispatch.SmsGateways.Sending;

namespace SuperMail.Dispatch.SmsGateways.Generic;

/// <summary>Fills the templates for each message; patterns say what an answer means.</summary>
internal sealed class GenericDialect(GenericOptions options) : IProviderDialect
{
    // Canonical form would shorten "/a/../b" and decode what was encoded: a text is no path.
    private static readonly UriCreationOptions Literal = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public SmsGatewayCapabilities Capabilities { get; } = new();

    public HttpRequestMessage Write(IReadOnlyList<OutgoingSms> messages)
    {
        var sms = messages[0];
        var request = new HttpRequestMessage(options.Method, new Uri(options.Address.Fill(ValueOf), Literal));
        if (options.IsBasic)
        {
            request.Headers.Authorization = BasicLogin.Header(options.UserName ?? "", options.Password ?? "");
        }

        foreach (var (name, value) in options.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value.Fill(ValueOf));
        }

        if (options.Body is { } body)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.Fill(ValueOf))) { Headers = { ContentType = options.ContentType } };
        }

        return request;

        string ValueOf(string name) => name switch
        {
            "to" => sms.E164,
            "number" => sms.Digits,
            "from" => sms.Message.From?.Value ?? "",
            "text" => sms.Text,
            "ucs2hex" => Ucs2Hex.Encode(sms.Text),
            "id" => sms.Id,
            "reference" => sms.Reference,
            "callback" => sms.Callback ?? "",
            "validity" => sms.ValidityMinutes?.ToString(CultureInfo.InvariantCulture) ?? "",
            "segments" => sms.Segments.ToString(CultureInfo.InvariantCulture),
            "username" => options.UserName ?? "",
            _ => options.Password ?? "",
        };
    }

    public void Read(HttpAnswer answer, BatchResults results)
    {
        var text = answer.Text;
        if (options.Retry?.IsMatch(text) == true)
        {
            results.Refuse(0, new ProviderFault(SmsErrorClass.Temporary, Text: text));
        }
        else if (options.Failure?.IsMatch(text) == true)
        {
            results.Refuse(0, new ProviderFault(SmsErrorClass.Blocked, Text: text));
        }
        else if (answer.IsSuccess && options.Success?.IsMatch(text) != false)
        {
            results.Accept(0, [Id(text) ?? results.Messages[0].Id]);
        }

        // Anything else that came with a 2xx stays without a result and so in doubt: a pattern that is wrong must not
        // make messages come twice.
    }

    private string? Id(string text) =>
        options.Id?.Match(text) is { Success: true } match && match.Groups[^1].Value is { Length: > 0 } id ? id : null;
}
