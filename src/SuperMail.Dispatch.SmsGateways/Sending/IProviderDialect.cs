using SuperMail.Dispatch.SmsGateways.Http;

namespace SuperMail.Dispatch.SmsGateways.Sending;

/// <summary>What one provider's requests and answers look like. Everything else is the same for all: see <see cref="HttpGateway"/>.</summary>
internal interface IProviderDialect
{
    SmsGatewayCapabilities Capabilities { get; }

    /// <summary>A rule of this provider alone that the message breaks; null when it breaks none.</summary>
    ProviderFault? Refuse(OutgoingSms message) => null;

    /// <summary>The request for these messages, at most <see cref="SmsGatewayCapabilities.MaxBatch"/>. Called once for each attempt.</summary>
    HttpRequestMessage Write(IReadOnlyList<OutgoingSms> messages);

    /// <summary>
    /// Takes the results out of a whole answer. May throw <see cref="FormatException"/>, a JSON or an XML exception for an
    /// answer that is not the documented one; what has no result then is judged by the status.
    /// </summary>
    void Read(HttpAnswer answer, BatchResults results);
}
