using System.Globalization;
using System.Xml.Linq;
using SuperMail.Dispatch.SmsGateways.Callbacks;

namespace SuperMail.Dispatch.SmsGateways.PsWin;

/// <summary>A list of messages in XML, receipts by STATE; the gateway waits for a word on each.</summary>
internal sealed class PsWinCallbacks(InboundReading inbound) : CallbackReader
{
    protected override void Read(CallbackContent content, CallbackFindings findings)
    {
        var answer = new XElement("MSGLST");
        foreach (var message in ProviderXml.All(content.Xml(), "MSG"))
        {
            ReadOne(message, findings);
            answer.Add(new XElement("MSG", new XElement("ID", ProviderXml.Text(message, "ID")), new XElement("STATUS", "OK")));
        }

        findings.AnswerType = "text/xml";
        findings.Answer = $"<?xml version=\"1.0\"?>{answer.ToString(SaveOptions.DisableFormatting)}";
    }

    private void ReadOne(XElement message, CallbackFindings findings)
    {
        if (ProviderXml.Text(message, "STATE") is { } state)
        {
            findings.Receipt(ProviderXml.Text(message, "REF"), WordOf(state), state, CallbackTime.Read(ProviderXml.Text(message, "DELIVERYTIME")));
        }
        else if (inbound.Message(
            ProviderXml.Text(message, "SND"), ProviderXml.Text(message, "TEXT"), ProviderXml.Text(message, "RCV"), ProviderXml.Text(message, "REF")) is { } read)
        {
            findings.Inbound.Add(read);
        }
    }

    private static ReceiptWord WordOf(string state) => state.ToUpper(CultureInfo.InvariantCulture) switch
    {
        // No operator accepted it, or the gateway failed: the number may be good.
        "FAILED" => ReceiptWord.Undelivered with { IsPermanent = false },
        "UNDELIV" or "BARRED" or "BARREDA" => ReceiptWord.Undelivered with { IsPermanent = true },
        "ZEROBAL" => ReceiptWord.Undelivered with { IsPermanent = false },
        _ => ReceiptWord.OfSmpp(state),
    };
}
