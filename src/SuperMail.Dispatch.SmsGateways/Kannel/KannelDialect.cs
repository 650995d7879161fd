using System.Globalization;
using SuperMail.Dispatch.SmsGateways.Http;
using SuperMail.Dispatch.SmsGateways.Sending;

namespace SuperMail.Dispatch.SmsGateways.Kannel;

/// <summary>A GET to sendsms for each message; the answer is one line of text.</summary>
internal sealed class KannelDialect(KannelOptions options) : IProviderDialect
{
    // 1 delivered + 2 not delivered + 4 queued + 8 at the SMSC + 16 refused by the SMSC.
    private const string AllReceipts = "31";

    public SmsGatewayCapabilities Capabilities { get; } = new()
    {
        MaxSegments = 255,
        DeliveryReports = true,
        Inbound = true,
    };

    public HttpRequestMessage Write(IReadOnlyList<OutgoingSms> messages)
    {
        var sms = messages[0];
        return new HttpRequestMessage(HttpMethod.Get, QueryAddress.With(options.Endpoint.AbsoluteUri,
        [
            new("username", options.UserName),
            new("password", options.Password),
            new("smsc", options.Smsc),
            new("from", sms.Message.From?.Value),
            new("to", sms.E164),
            new("text", sms.Text),
            new("charset", "UTF-8"),
            new("coding", sms.IsUnicode ? "2" : "0"),
            new("validity", sms.ValidityMinutes?.ToString(CultureInfo.InvariantCulture)),
            new("priority", sms.Message.Priority?.ToString(CultureInfo.InvariantCulture)),
            new("dlr-mask", sms.Callback is null ? null : AllReceipts),
            new("dlr-url", sms.Callback is null ? null : KannelCallbacks.Address(sms.Callback, sms.Id)),
        ]));
    }

    public void Read(HttpAnswer answer, BatchResults results)
    {
        var text = answer.Text.Trim();
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var code = colon is > 0 and <= 2 ? text[..colon] : null;

        // 0: given to the SMSC; 3: kept until the SMSC is back. Kannel gives no id: receipts come with ours.
        if (answer.IsSuccess && code is "0" or "3")
        {
            results.Accept(0, [results.Messages[0].Id]);
        }
        else if (!answer.IsSuccess && text.Length is > 0 and < 512 && !text.Contains('<', StringComparison.Ordinal))
        {
            results.Refuse(0, Fault((int)answer.Status, text));
        }
    }

    // The texts of smsbox; the same status stands for several of them.
    private static ProviderFault Fault(int status, string text)
    {
        var code = status.ToString(CultureInfo.InvariantCulture);
        return text switch
        {
            _ when Says("Authorization failed") => new(SmsErrorClass.Authentication, code, text),
            _ when Says("black-list") => new(SmsErrorClass.Blocked, code, text),
            _ when Says("receiver") || Says("Number") => new(SmsErrorClass.InvalidRecipient, code, text),
            _ when Says("Sender") => new(SmsErrorClass.InvalidSender, code, text),
            _ when Says("text") || Says("coding") || Says("charset") => new(SmsErrorClass.InvalidContent, code, text),
            _ when status is 401 or 403 => new(SmsErrorClass.Authentication, code, text),
            _ when status is 404 => new(SmsErrorClass.Configuration, code, text),
            _ when status < 500 => new(SmsErrorClass.InvalidContent, code, text),
            _ => new(SmsErrorClass.Temporary, code, text),
        };

        bool Says(string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);
    }
}
