using SuperMail.Dispatch.SmsGateways.Callbacks;
using SuperMail.Dispatch.SmsGateways.Sending;

namespace SuperMail.Dispatch.SmsGateways.TxtLocal;

/// <summary>Textlocal's API. The brand was given up by its owner: who moved has another address, or another provider.</summary>
internal sealed class TxtLocalModule() : HttpModule(
    "txtlocal", "txtlocal", "Textlocal", "https://api.txtlocal.com/send/",
    ModuleField.Text("txtlocal_username", "User name", "With the password; not with an API key."),
    ModuleField.Secret("txtlocal_password", "Password", "Of the account, or left out for an API key.") with { IsRequired = false },
    ModuleField.Secret("txtlocal_apikey", "API key", "From the settings; takes the place of user name and password.") with { IsRequired = false },
    ModuleField.Text("txtlocal_test", "Test", "true: the provider checks and sends nothing.") with { Kind = SmsFieldKind.Switch, Default = "false" })
{
    public override IEnumerable<PluginConfigurationFault> Check(PluginConfiguration configuration)
    {
        if (configuration["txtlocal_apikey"] is null && (configuration["txtlocal_username"] is null || configuration["txtlocal_password"] is null))
        {
            yield return new PluginConfigurationFault(0, null, "needs txtlocal_apikey, or txtlocal_username and txtlocal_password.");
        }
    }

    protected override IProviderDialect Dialect(PluginConfiguration configuration) => new TxtLocalDialect(new TxtLocalOptions
    {
        Endpoint = Endpoint(configuration),
        ApiKey = configuration["txtlocal_apikey"],
        UserName = configuration["txtlocal_username"],
        Password = configuration["txtlocal_password"],
        IsTest = configuration.Switch("txtlocal_test"),
    });

    protected override ISmsCallbackParser Callbacks(PluginConfiguration configuration, InboundReading inbound) => new TxtLocalCallbacks(inbound);
}

/// <summary>An account at Textlocal.</summary>
internal sealed class TxtLocalOptions
{
    public required Uri Endpoint { get; init; }

    public string? ApiKey { get; init; }

    public string? UserName { get; init; }

    public string? Password { get; init; }

    public bool IsTest { get; init; }
}
