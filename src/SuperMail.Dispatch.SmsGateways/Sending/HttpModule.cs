using SuperMail.Dispatch.SmsGateways.Callbacks;
using SuperMail.Dispatch.SmsGateways.Http;

namespace SuperMail.Dispatch.SmsGateways.Sending;

/// <summary>A module whose gateway speaks HTTP: adds what all have to the keys of its own.</summary>
internal abstract class HttpModule : ISmsModule
{
    private readonly string _prefix;

    /// <param name="key">What <c>Mailing:Sms:Module</c> names it by.</param>
    /// <param name="prefix">How its keys begin, as the provider's sheets print them.</param>
    /// <param name="displayName">What a settings page shows.</param>
    /// <param name="endpoint">The documented address; null when each customer has his own.</param>
    /// <param name="fields">Its own keys.</param>
    protected HttpModule(string key, string prefix, string displayName, string? endpoint, params IReadOnlyList<SmsModuleField> fields)
    {
        (Key, DisplayName, _prefix) = (key, displayName, prefix);
        Fields =
        [
            .. fields,
            ModuleField.Endpoint(EndpointKey, endpoint),
            ModuleField.Number(TimeoutKey, "Time-out", "Seconds until a request without an answer is given up, 1 to 300.", 1, 300) with { Default = "30" },
        ];
    }

    public string Key { get; }

    public string DisplayName { get; }

    public IReadOnlyList<SmsModuleField> Fields { get; }

    protected string EndpointKey => $"{_prefix}_endpoint";

    private string TimeoutKey => $"{_prefix}_timeout";

    public virtual IEnumerable<PluginConfigurationFault> Check(PluginConfiguration configuration) => [];

    public ISmsGateway Create(PluginConfiguration configuration, SmsModuleContext context)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(context);
        if (configuration.Faults.Count > 0)
        {
            throw new ArgumentException($"The plugin configuration of module {Key} has faults: {string.Join(" ", configuration.Faults)}", nameof(configuration));
        }

        var dialect = Dialect(configuration);
        var exchange = new HttpExchange(Key, context, TimeSpan.FromSeconds(configuration.Number(TimeoutKey)!.Value));
        var words = new ProviderWords(Fields.Where(static f => f.IsSecret).Select(f => configuration[f.Key]).OfType<string>());
        return Callbacks(configuration, new InboundReading(context.DefaultCountryCode, context.EndpointCode)) is { } callbacks
            ? new CallbackGateway(Key, dialect, exchange, words, context, callbacks)
            : new HttpGateway(Key, dialect, exchange, words, context);
    }

    protected abstract IProviderDialect Dialect(PluginConfiguration configuration);

    /// <summary>What reads the provider's callbacks; null when there are none.</summary>
    protected virtual ISmsCallbackParser? Callbacks(PluginConfiguration configuration, InboundReading inbound) => null;

    protected Uri Endpoint(PluginConfiguration configuration) => configuration.Url(EndpointKey)!;

    /// <summary>The endpoint with a path behind it, when the operator gave the host alone.</summary>
    protected Uri Endpoint(PluginConfiguration configuration, string path)
    {
        var given = Endpoint(configuration);
        return given.AbsolutePath == "/" ? new Uri(given, path) : given;
    }
}
