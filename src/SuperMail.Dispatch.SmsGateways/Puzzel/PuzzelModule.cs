using SuperMail.Dispatch.SmsGateways.Callbacks;
using SuperMail.Dispatch.SmsGateways.Sending;

namespace SuperMail.Dispatch.SmsGateways.Puzzel;

/// <summary>Puzzel's SMS Gateway (formerly Intelecom), REST.</summary>
internal sealed class PuzzelModule() : HttpModule(
    "intele", "intele", "Puzzel (Intelecom)", endpoint: null,
    ModuleField.Number("intele_serviceId", "Service id", "Given with the account.", 1, int.MaxValue) with { IsRequired = true },
    ModuleField.Required("intele_username", "User name"),
    ModuleField.Secret("intele_password", "Password"))
{
    protected override IProviderDialect Dialect(PluginConfiguration configuration) => new PuzzelDialect(new PuzzelOptions
    {
        Endpoint = Endpoint(configuration, "/gw/rs/sendMessages"),
        ServiceId = configuration.Number("intele_serviceId")!.Value,
        UserName = configuration.Required("intele_username"),
        Password = configuration.Required("intele_password"),
    });

    protected override ISmsCallbackParser Callbacks(PluginConfiguration configuration, InboundReading inbound) => new PuzzelCallbacks(inbound);
}

/// <summary>A service at Puzzel.</summary>
internal sealed class PuzzelOptions
{
    public required Uri Endpoint { get; init; }

    public required long ServiceId { get; init; }

    public required string UserName { get; init; }

    public required string Password { get; init; }
}
