using System.Text.Json;
using System.Xml;

namespace SuperMail.Dispatch.SmsGateways.Callbacks;

/// <summary>Reads one provider's callbacks: the size first, the signature second, the content last.</summary>
internal abstract class CallbackReader : ISmsCallbackParser
{
    private const int MaxBody = 1024 * 1024;

    public SmsCallback Parse(SmsCallbackRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Body.Length > MaxBody)
        {
            return Malformed("The request's body is longer than 1 MiB.");
        }

        var signature = SmsSignature.None;
        try
        {
            var content = new CallbackContent(request);
            signature = Verify(request, content);
            if (signature == SmsSignature.Invalid)
            {
                return new SmsCallback { Signature = signature, Fault = "The signature is not the provider's.", AnswerStatus = 403 };
            }

            var findings = new CallbackFindings();
            Read(content, findings);
            return findings.IsEmpty
                ? Malformed("The request holds neither a receipt nor a message.", signature)
                : new SmsCallback
                {
                    Signature = signature,
                    Receipts = findings.Receipts,
                    Inbound = findings.Inbound,
                    Answer = findings.Answer,
                    AnswerType = findings.AnswerType,
                };
        }
        catch (Exception fault) when (fault is JsonException or XmlException or FormatException or InvalidOperationException or ArgumentException or OverflowException)
        {
            // Whatever stands there, the provider did not write it. What it says of the place may hold a number.
            return Malformed("The request is not what the provider documents.", signature);
        }
    }

    /// <summary>Whether the request is the provider's; by default it does not sign.</summary>
    protected virtual SmsSignature Verify(SmsCallbackRequest request, CallbackContent content) => SmsSignature.None;

    protected abstract void Read(CallbackContent content, CallbackFindings findings);

    private static SmsCallback Malformed(string fault, SmsSignature signature = SmsSignature.None) =>
        new() { Signature = signature, Fault = fault, AnswerStatus = 400 };
}
