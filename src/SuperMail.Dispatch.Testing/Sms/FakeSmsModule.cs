namespace SuperMail.Dispatch.Testing;

/// <summary>The module <c>fake</c>: for tests of a host that configures its gateway by <c>Mailing:Sms:Module</c>.</summary>
public sealed class FakeSmsModule : ISmsModule
{
    private readonly FakeSmsGateway _gateway;

    /// <summary>A module that gives this gateway, whatever it is configured with.</summary>
    public FakeSmsModule(FakeSmsGateway gateway)
    {
        ArgumentNullException.ThrowIfNull(gateway);
        _gateway = gateway;
    }

    /// <inheritdoc/>
    public string Key => "fake";

    /// <inheritdoc/>
    public string DisplayName => "Fake gateway of tests";

    /// <inheritdoc/>
    public IReadOnlyList<SmsModuleField> Fields { get; } =
    [
        new SmsModuleField { Key = "fake_user", Label = "User name" },
        new SmsModuleField { Key = "fake_password", Label = "Password", IsSecret = true },
    ];

    /// <inheritdoc/>
    public ISmsGateway Create(PluginConfiguration configuration, SmsModuleContext context) => _gateway;
}
