using SuperMail.Dispatch.SmsGateways.Http;

namespace SuperMail.Dispatch.SmsGateways.Sending;

/// <summary>A gateway whose provider calls back.</summary>
internal sealed class CallbackGateway : HttpGateway, ISmsCallbackParser
{
    private readonly ISmsCallbackParser _callbacks;

    public CallbackGateway(
        string name, IProviderDialect dialect, HttpExchange exchange, ProviderWords words, SmsModuleContext context, ISmsCallbackParser callbacks)
        : base(name, dialect, exchange, words, context) => _callbacks = callbacks;

    public SmsCallback Parse(SmsCallbackRequest request) => _callbacks.Parse(request);
}
