using SuperMail.Dispatch.SmsGateways.Callbacks;
using SuperMail.Dispatch.SmsGateways.Sending;

namespace SuperMail.Dispatch.SmsGateways.PsWin;

/// <summary>LINK Mobility's PSWinCom gateway, XML over HTTPS.</summary>
internal sealed class PsWinModule() : HttpModule(
    "pswin", "pswin", "LINK Mobility (PSWinCom XML)", "https://xml.pswin.com/",
    ModuleField.Required("pswin_username", "User name"),
    ModuleField.Secret("pswin_password", "Password"),
    ModuleField.Text("pswin_session_data", "Session data", "Shown in the provider's logs."))
{
    protected override IProviderDialect Dialect(PluginConfiguration configuration) => new PsWinDialect(new PsWinOptions
    {
        Endpoint = Endpoint(configuration),
        UserName = configuration.Required("pswin_username"),
        Password = configuration.Required("pswin_password"),
        SessionData = configuration["pswin_session_data"],
    });

    protected override ISmsCallbackParser Callbacks(PluginConfiguration configuration, InboundReading inbound) => new PsWinCallbacks(inbound);
}

/// <summary>An account at the PSWinCom gateway.</summary>
internal sealed class PsWinOptions
{
    public required Uri Endpoint { get; init; }

    public required string UserName { get; init; }

    public required string Password { get; init; }

    public string? SessionData { get; init; }
}
