using SuperMail.Dispatch.SmsGateways.Callbacks;
using SuperMail.Dispatch.SmsGateways.Sending;

namespace SuperMail.Dispatch.SmsGateways.LinkCommon;

/// <summary>LINK Mobility's "Common" platform, REST.</summary>
internal sealed class LinkCommonModule() : HttpModule(
    "link", "link", "LINK Mobility (Common REST)", endpoint: null,
    ModuleField.Required("link_username", "User name"),
    ModuleField.Secret("link_password", "Password"),
    ModuleField.Required("link_platform_id", "Platform id", "Given with the account."),
    ModuleField.Required("link_platform_partner_id", "Platform partner id", "Given with the account."),
    ModuleField.Text("link_gate_id", "Gate id", "Where receipts go, set up by the provider; left out, the account's own."))
{
    protected override IProviderDialect Dialect(PluginConfiguration configuration) => new LinkCommonDialect(new LinkCommonOptions
    {
        Endpoint = Endpoint(configuration),
        UserName = configuration.Required("link_username"),
        Password = configuration.Required("link_password"),
        PlatformId = configuration.Required("link_platform_id"),
        PartnerId = configuration.Required("link_platform_partner_id"),
        GateId = configuration["link_gate_id"],
    });

    protected override ISmsCallbackParser Callbacks(PluginConfiguration configuration, InboundReading inbound) => new LinkCommonCallbacks(inbound);
}

/// <summary>An account on the "Common" platform.</summary>
internal sealed class LinkCommonOptions
{
    /// <summary>The assigned address, without <c>/sms/…</c>.</summary>
    public required Uri Endpoint { get; init; }

    public required string UserName { get; init; }

    public required string Password { get; init; }

    public required string PlatformId { get; init; }

    public required string PartnerId { get; init; }

    public string? GateId { get; init; }
}
