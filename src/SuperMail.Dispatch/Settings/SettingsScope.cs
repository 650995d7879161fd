namespace SuperMail.Dispatch.Settings;

/// <summary>What the rules must know that does not stand in the settings themselves.</summary>
internal sealed record SettingsScope
{
    /// <summary>The configuration section that errors name; another one for a named dispatcher.</summary>
    public string Section { get; init; } = "Mailing";

    /// <summary>The SMS gateway modules that were registered.</summary>
    public IReadOnlyList<ISmsModule> SmsModules { get; init; } = [];

    /// <summary>The host brought its own SMS gateway: no module is needed.</summary>
    public bool HasOwnSmsGateway { get; init; }

    /// <summary>A token provider was registered: a login needs no password.</summary>
    public bool HasTokenProvider { get; init; }

    /// <summary>The host brought its own transport (or records instead of sending): no relay is needed.</summary>
    public bool HasOwnTransport { get; init; }
}
