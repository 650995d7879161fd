using SuperMail.Dispatch.SmsGateways.Callbacks;
using SuperMail.Dispatch.SmsGateways.Sending;

namespace SuperMail.Dispatch.SmsGateways.Vonage;

/// <summary>Vonage's SMS API (formerly Nexmo).</summary>
internal sealed class VonageModule() : HttpModule(
    "vonage", "vonage", "Vonage", "https://rest.nexmo.com/sms/json",
    ModuleField.Required("vonage_api_key", "API key", "From the dashboard."),
    ModuleField.Secret("vonage_api_secret", "API secret", "From the dashboard."),
    ModuleField.Secret("vonage_signature_secret", "Signature secret", "When the account signs its callbacks; unsigned ones are refused then.") with { IsRequired = false },
    ModuleField.Choice("vonage_signature_method", "Signature method", "As the dashboard says.", "md5hash", "md5", "sha1", "sha256", "sha512"))
{
    protected override IProviderDialect Dialect(PluginConfiguration configuration) => new VonageDialect(new VonageOptions
    {
        Endpoint = Endpoint(configuration),
        ApiKey = configuration.Required("vonage_api_key"),
        ApiSecret = configuration.Required("vonage_api_secret"),
    });

    protected override ISmsCallbackParser Callbacks(PluginConfiguration configuration, InboundReading inbound) => new VonageCallbacks(
        inbound,
        configuration["vonage_signature_secret"] is { } secret ? new VonageSignature(secret, configuration.Required("vonage_signature_method")) : null);
}

/// <summary>An account at Vonage.</summary>
internal sealed class VonageOptions
{
    public required Uri Endpoint { get; init; }

    public required string ApiKey { get; init; }

    public required string ApiSecret { get; init; }
}
