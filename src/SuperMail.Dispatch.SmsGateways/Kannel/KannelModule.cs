using SuperMail.Dispatch.SmsGateways.Callbacks;
using SuperMail.Dispatch.SmsGateways.Sending;

namespace SuperMail.Dispatch.SmsGateways.Kannel;

/// <summary>A Kannel of the operator's own (its user's guide, "Using the HTTP interface to send SMS messages").</summary>
internal sealed class KannelModule() : HttpModule(
    "kannel", "kannel", "Kannel", endpoint: null,
    ModuleField.Required("kannel_username", "User name", "Of the group sendsms-user."),
    ModuleField.Secret("kannel_password", "Password", "Of the group sendsms-user."),
    ModuleField.Text("kannel_smsc", "SMSC", "The smsc-id to send by; left out, Kannel chooses."))
{
    protected override IProviderDialect Dialect(PluginConfiguration configuration) =>
        new KannelDialect(KannelOptions.From(configuration, Endpoint(configuration, "/cgi-bin/sendsms")));

    protected override ISmsCallbackParser Callbacks(PluginConfiguration configuration, InboundReading inbound) => new KannelCallbacks(inbound);
}

/// <summary>What a Kannel needs to know of us.</summary>
internal sealed class KannelOptions
{
    public required Uri Endpoint { get; init; }

    public required string UserName { get; init; }

    public required string Password { get; init; }

    public string? Smsc { get; init; }

    public static KannelOptions From(PluginConfiguration configuration, Uri endpoint) => new()
    {
        Endpoint = endpoint,
        UserName = configuration.Required("kannel_username"),
        Password = configuration.Required("kannel_password"),
        Smsc = configuration["kannel_smsc"],
    };
}
