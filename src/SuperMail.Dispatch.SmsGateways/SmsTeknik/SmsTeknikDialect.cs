using System.Globalization;
using System.Text;
using System.Xml;
using SuperMail.Dispatch.SmsGateways.Http;
using SuperMail.Dispatch.SmsGateways.Sending;

namespace SuperMail.Dispatch.SmsGateways.SmsTeknik;

/// <summary>An XML document for each message, the login in the address; the answer is an id, or <c>0:</c> and a reason.</summary>
internal sealed class SmsTeknikDialect(SmsTeknikOptions options) : IProviderDialect
{
    private const string Post = "3";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public SmsGatewayCapabilities Capabilities { get; } = new()
    {
        DeliveryReports = true,
        Inbound = true,
    };

    public HttpRequestMessage Write(IReadOnlyList<OutgoingSms> messages)
    {
        var address = QueryAddress.With(
            options.Endpoint.AbsoluteUri, [new("id", options.Company), new("user", options.UserName), new("pass", options.Password)]);
        return new HttpRequestMessage(HttpMethod.Post, address) { Content = Bodies.Xml(Utf8, xml => Write(xml, messages[0])) };
    }

    public void Read(HttpAnswer answer, BatchResults results)
    {
        var text = answer.Text.Trim().TrimEnd(';');
        if (text.StartsWith("0:", StringComparison.Ordinal))
        {
            var reason = text[2..].Trim();
            results.Refuse(0, new ProviderFault(ClassOf(reason), "0", reason));
        }
        else if (answer.IsSuccess && text.Length is > 0 and <= 20 && !text.AsSpan().ContainsAnyExceptInRange('0', '9') && text != "0")
        {
            results.Accept(0, [text]);
        }
    }

    private static SmsErrorClass ClassOf(string reason)
    {
        return Says("Access denied") ? SmsErrorClass.Authentication
            : Says("No SMS left") ? SmsErrorClass.InsufficientFunds
            : Says("phonenumber") ? SmsErrorClass.InvalidRecipient
            : Says("blocked") ? SmsErrorClass.Blocked
            : Says("sender") ? SmsErrorClass.InvalidSender
            : Says("Parse error") || Says("missing") || Says("empty") ? SmsErrorClass.InvalidContent
            : SmsErrorClass.Temporary;

        bool Says(string word) => reason.Contains(word, StringComparison.OrdinalIgnoreCase);
    }

    private static void Write(XmlWriter xml, OutgoingSms sms)
    {
        xml.WriteStartElement("sms-teknik");
        xml.WriteElementString("operationtype", sms.IsUnicode ? "5" : "0");
        xml.WriteElementString("flash", "0");
        xml.WriteElementString("multisms", sms.Segments > 1 ? "1" : "0");
        xml.WriteElementString("maxmultisms", sms.Segments.ToString(CultureInfo.InvariantCulture));
        xml.WriteElementString("compresstext", "0");
        xml.WriteElementString("udmessage", sms.Text);
        if (sms.From is { } from)
        {
            xml.WriteElementString("smssender", from);
        }

        xml.WriteElementString("deliverystatustype", sms.Callback is null ? "0" : Post);
        xml.WriteElementString("deliverystatusaddress", sms.Callback ?? "");
        xml.WriteStartElement("items");
        xml.WriteStartElement("recipient");
        xml.WriteElementString("nr", sms.E164);
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    }
}
