using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Delivery;

/// <summary>
/// The gateway that the settings ask for: the host's own, or one that the named module makes of the plugin
/// configuration. Made once for each choice, so that a reload of other settings leaves its connections alone.
/// </summary>
internal sealed class SmsGatewaySource
{
    private readonly IReadOnlyList<ISmsModule> _modules;
    private readonly ISmsGateway? _own;
    private readonly Func<HttpClient> _http;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private Made? _made;

    /// <param name="modules">Those that were registered.</param>
    /// <param name="own">The host's own gateway: wins over every module.</param>
    /// <param name="http">What modules call their providers with.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The library's log.</param>
    public SmsGatewaySource(IReadOnlyList<ISmsModule> modules, ISmsGateway? own, Func<HttpClient> http, TimeProvider time, ILogger log)
    {
        _modules = modules;
        _own = own;
        _http = http;
        _time = time;
        _log = log;
    }

    private readonly record struct Choice(string? Module, string? Configuration, string? Country, string? EndpointCode);

    private sealed record Made(Choice Choice, ISmsGateway? Gateway, string? Fault);

    /// <summary>The gateway of valid settings, or why there is none.</summary>
    public bool TryGet(SmsSettings settings, [NotNullWhen(true)] out ISmsGateway? gateway, [NotNullWhen(false)] out string? fault)
    {
        if (_own is not null)
        {
            (gateway, fault) = (_own, null);
            return true;
        }

        var choice = new Choice(settings.Module, settings.PluginConfiguration, settings.DefaultCountryCode, settings.EndpointCode);
        lock (_lock)
        {
            var made = _made is { } last && last.Choice == choice ? last : _made = Make(choice);
            (gateway, fault) = (made.Gateway, made.Fault);
        }

        return gateway is not null ? true : fault is null ? throw new InvalidOperationException("A module made no gateway and no fault.") : false;
    }

    /// <summary>How many messages a call takes; 1 where there is no gateway.</summary>
    public int MaxBatchOf(SmsSettings settings) => TryGet(settings, out var gateway, out _) ? Math.Max(1, gateway.Capabilities.MaxBatch) : 1;

    private Made Make(Choice choice)
    {
        if (_modules.FirstOrDefault(m => string.Equals(m.Key, choice.Module, StringComparison.OrdinalIgnoreCase)) is not { } module)
        {
            return new Made(choice, null, "The settings name no registered SMS gateway module.");
        }

        var configuration = PluginConfiguration.Read(module, choice.Configuration);
        if (configuration.Faults.Count > 0)
        {
            return new Made(choice, null, $"The plugin configuration of SMS module {module.Key} cannot be used: {configuration.Faults[0]}");
        }

        foreach (var warning in configuration.Warnings)
        {
            _log.PluginConfigurationWarning(module.Key, warning.ToString());
        }

        try
        {
            var gateway = module.Create(configuration, new SmsModuleContext
            {
                HttpClient = _http,
                Time = _time,
                Log = _log,
                DefaultCountryCode = CountryCode.TryParse(choice.Country, out var country, out _) ? country : null,
                EndpointCode = string.IsNullOrEmpty(choice.EndpointCode) ? null : choice.EndpointCode,
            });
            _log.GatewayInUse(gateway.Name);
            return new Made(choice, gateway, null);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // Its message may repeat what it was configured with.
            return new Made(choice, null, $"SMS module {module.Key} made no gateway of its plugin configuration: {fault.GetType().Name}.");
        }
    }
}
