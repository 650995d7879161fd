using SuperMail.Dispatch.SmsGateways.Callbacks;
using SuperMail.Dispatch.SmsGateways.Sending;

namespace SuperMail.Dispatch.SmsGateways.Cm;

/// <summary>CM.com's Business Messaging API, JSON.</summary>
internal sealed class CmModule() : HttpModule(
    "cm", "cm", "CM.com", "https://gw.messaging.cm.com/v1.0/message",
    ModuleField.Secret("cm_product_token", "Product token", "From the gateway's settings at CM.com."),
    Old("cm_serviceId", "Service id"),
    Old("cm_username", "User name"),
    Old("cm_password", "Password") with { IsSecret = true })
{
    protected override IProviderDialect Dialect(PluginConfiguration configuration) =>
        new CmDialect(new CmOptions { Endpoint = Endpoint(configuration), ProductToken = configuration.Required("cm_product_token") });

    protected override ISmsCallbackParser Callbacks(PluginConfiguration configuration, InboundReading inbound) => new CmCallbacks(inbound);

    private static SmsModuleField Old(string key, string label) =>
        ModuleField.Text(key, label) with { Obsolete = "CM.com logs in by the product token today; the key is not used." };
}

/// <summary>An account at CM.com.</summary>
internal sealed class CmOptions
{
    public required Uri Endpoint { get; init; }

    public required string ProductToken { get; init; }
}
