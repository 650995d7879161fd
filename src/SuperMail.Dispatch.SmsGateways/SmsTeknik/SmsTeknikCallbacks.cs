using SuperMail.Dispatch.SmsGateways.Callbacks;

namespace SuperMail.Dispatch.SmsGateways.SmsTeknik;

/// <summary>Form fields: <c>ref</c> and <c>state</c> of a receipt; <c>nr</c> and <c>text</c> alone are a message from a phone.</summary>
internal sealed class SmsTeknikCallbacks(InboundReading inbound) : CallbackReader
{
    protected override void Read(CallbackContent content, CallbackFindings findings)
    {
        var at = CallbackTime.Read(content["datetime"]);
        if (content["state"] is { } state)
        {
            findings.Receipt(content["ref"], ReceiptWord.OfSmpp(state), state, at);
        }
        else if (inbound.Message(content["nr"], content["text"], content["to"], content["ref"], at) is { } message)
        {
            findings.Inbound.Add(message);
        }
    }
}
