using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using SuperMail.Dispatch.SmsGateways.Http;
using SuperMail.Dispatch.SmsGateways.Sending;

namespace SuperMail.Dispatch.SmsGateways.PsWin;

/// <summary>One session a request: login, up to 100 messages, a word on each, told by the number that it had in the session.</summary>
internal sealed class PsWinDialect(PsWinOptions options) : IProviderDialect
{
    // Message type 9: the text is UCS-2 in hexadecimal digits.
    private const string Ucs2 = "9";

    public SmsGatewayCapabilities Capabilities { get; } = new()
    {
        MaxBatch = 100,

        // 16 parts of 134; what is longer the provider cuts without a word.
        MaxCharacters = 2144,
        MaxSegments = 16,
        DeliveryReports = true,
        Inbound = true,
    };

    public HttpRequestMessage Write(IReadOnlyList<OutgoingSms> messages) => new(HttpMethod.Post, options.Endpoint)
    {
        Content = Bodies.Xml(Encoding.Latin1, xml => Write(xml, messages)),
    };

    public void Read(HttpAnswer answer, BatchResults results)
    {
        var session = ProviderXml.Parse(answer.Body);
        if ("FAIL".Equals(ProviderXml.Text(session, "LOGON"), StringComparison.OrdinalIgnoreCase))
        {
            results.RefuseRest(new ProviderFault(SmsErrorClass.Authentication, "LOGON", ProviderXml.Text(session, "REASON")));
            return;
        }

        foreach (var message in ProviderXml.All(session, "MSG"))
        {
            ReadOne(message, results);
        }
    }

    private static void ReadOne(XElement message, BatchResults results)
    {
        if (!int.TryParse(ProviderXml.Text(message, "ID"), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return;
        }

        switch (ProviderXml.Text(message, "STATUS")?.ToUpperInvariant())
        {
            case "OK":
                results.Accept(number - 1, ProviderXml.Text(message, "REF") is { } reference ? [reference] : []);
                break;
            case "FAIL":
                results.Refuse(number - 1, Fault(ProviderXml.Text(message, "INFO")));
                break;
        }
    }

    // The gateway gives words and no code.
    private static ProviderFault Fault(string? info)
    {
        return new ProviderFault(
            Says("receiver") || Says("RCV") ? SmsErrorClass.InvalidRecipient
            : Says("sender") || Says("SND") ? SmsErrorClass.InvalidSender
            : Says("barred") || Says("blocked") ? SmsErrorClass.Blocked
            : Says("credit") || Says("balance") ? SmsErrorClass.InsufficientFunds
            : Says("quota") ? SmsErrorClass.Quota
            : Says("too long") ? SmsErrorClass.TooLong
            : Says("text") ? SmsErrorClass.InvalidContent
            : SmsErrorClass.Temporary,
            "FAIL",
            info);

        bool Says(string word) => info?.Contains(word, StringComparison.OrdinalIgnoreCase) == true;
    }

    private void Write(XmlWriter xml, IReadOnlyList<OutgoingSms> messages)
    {
        xml.WriteStartElement("SESSION");
        xml.WriteElementString("CLIENT", options.UserName);
        xml.WriteElementString("PW", options.Password);
        if (options.SessionData is { } data)
        {
            xml.WriteElementString("SD", data);
        }

        xml.WriteStartElement("MSGLST");
        for (var i = 0; i < messages.Count; i++)
        {
            Write(xml, messages[i], i + 1);
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void Write(XmlWriter xml, OutgoingSms sms, int number)
    {
        xml.WriteStartElement("MSG");
        xml.WriteElementString("ID", number.ToString(CultureInfo.InvariantCulture));
        xml.WriteElementString("TEXT", sms.IsUnicode ? Ucs2Hex.Encode(sms.Text) : sms.Text);
        if (sms.From is { } from)
        {
            xml.WriteElementString("SND", from);
        }

        xml.WriteElementString("RCV", sms.Digits);
        if (sms.IsUnicode)
        {
            xml.WriteElementString("OP", Ucs2);
        }

        if (sms.ValidityMinutes is { } minutes)
        {
            xml.WriteElementString("TTL", minutes.ToString(CultureInfo.InvariantCulture));
        }

        if (sms.Callback is not null)
        {
            // Where to is a setting of the account.
            xml.WriteElementString("RCPREQ", "Y");
        }

        xml.WriteEndElement();
    }
}
