using SuperMail.Dispatch.SmsGateways.Callbacks;
using SuperMail.Dispatch.SmsGateways.Sending;

namespace SuperMail.Dispatch.SmsGateways.Cpsms;

/// <summary>Compaya's CPSMS, API version 2.</summary>
internal sealed class CpsmsModule() : HttpModule(
    "compaya", "compaya", "Compaya (CPSMS)", "https://api.cpsms.dk/v2/send",
    ModuleField.Required("compaya_username", "User name"),
    ModuleField.Secret("compaya_password", "API key", "Made in the account's settings; it takes the place of a password."))
{
    protected override IProviderDialect Dialect(PluginConfiguration configuration) => new CpsmsDialect(new CpsmsOptions
    {
        Endpoint = Endpoint(configuration),
        UserName = configuration.Required("compaya_username"),
        ApiKey = configuration.Required("compaya_password"),
    });

    protected override ISmsCallbackParser Callbacks(PluginConfiguration configuration, InboundReading inbound) => new CpsmsCallbacks(inbound);
}

/// <summary>An account at CPSMS.</summary>
internal sealed class CpsmsOptions
{
    public required Uri Endpoint { get; init; }

    public required string UserName { get; init; }

    public required string ApiKey { get; init; }
}
