using SuperMail.Dispatch.SmsGateways.Callbacks;
using SuperMail.Dispatch.SmsGateways.Sending;

namespace SuperMail.Dispatch.SmsGateways.SmsTeknik;

/// <summary>SMS Teknik's XML interface. Its form is known from other people's programs, not from the provider's own page.</summary>
internal sealed class SmsTeknikModule() : HttpModule(
    "smsteknik", "smsteknik", "SMS Teknik", "https://api.smsteknik.se/send/xml/",
    ModuleField.Required("smsteknik_serviceId", "Company id"),
    ModuleField.Required("smsteknik_username", "User name"),
    ModuleField.Secret("smsteknik_password", "Password"))
{
    protected override IProviderDialect Dialect(PluginConfiguration configuration) => new SmsTeknikDialect(new SmsTeknikOptions
    {
        Endpoint = Endpoint(configuration),
        Company = configuration.Required("smsteknik_serviceId"),
        UserName = configuration.Required("smsteknik_username"),
        Password = configuration.Required("smsteknik_password"),
    });

    protected override ISmsCallbackParser Callbacks(PluginConfiguration configuration, InboundReading inbound) => new SmsTeknikCallbacks(inbound);
}

/// <summary>An account at SMS Teknik.</summary>
internal sealed class SmsTeknikOptions
{
    public required Uri Endpoint { get; init; }

    public required string Company { get; init; }

    public required string UserName { get; init; }

    public required string Password { get; init; }
}
