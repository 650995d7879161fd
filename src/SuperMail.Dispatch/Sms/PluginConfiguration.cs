using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using SuperMail.Dispatch.Sms.PluginText;

namespace SuperMail.Dispatch;

/// <summary>
/// The plugin configuration of an SMS module: text as providers' sheets print it, <c>key = value</c>, one a line.
/// Two keys on one line, blanks, quotes, a byte order mark, comments (<c>#</c>, <c>;</c>) and empty lines are taken.
/// </summary>
/// <remarks>Values are never repeated: neither in faults nor by <see cref="ToString"/>.</remarks>
public sealed class PluginConfiguration
{
    private readonly ISmsModule _module;
    private readonly Dictionary<string, string> _values;

    private PluginConfiguration(ISmsModule module, PluginTextReading reading)
    {
        _module = module;
        _values = reading.Values;
        Faults = reading.Faults;
        Warnings = reading.Warnings;
    }

    /// <summary>What keeps the module from working, in order of lines; empty when it can.</summary>
    public IReadOnlyList<PluginConfigurationFault> Faults { get; private set; }

    /// <summary>What works today and should be changed.</summary>
    public IReadOnlyList<PluginConfigurationFault> Warnings { get; }

    /// <summary>The value of a key, or its default, or null.</summary>
    /// <exception cref="ArgumentException">The module has no such key.</exception>
    public string? this[string key]
    {
        get
        {
            var field = Field(key);
            return _values.GetValueOrDefault(field.Key) ?? field.Default;
        }
    }

    /// <summary>Reads a text against the fields and the rules of a module.</summary>
    public static PluginConfiguration Read(ISmsModule module, string? text)
    {
        ArgumentNullException.ThrowIfNull(module);
        var configuration = new PluginConfiguration(module, PluginTextReader.Read(module.Fields, text ?? ""));
        if (configuration.Faults.Count == 0)
        {
            configuration.Faults = [.. module.Check(configuration)];
        }

        return configuration;
    }

    /// <summary>The value of a key that must be there.</summary>
    /// <exception cref="InvalidOperationException">It is not there: the configuration has faults.</exception>
    public string Required(string key) =>
        this[key] ?? throw new InvalidOperationException($"The plugin configuration of module {_module.Key} has no {key}.");

    /// <summary>The value of a key as a whole number, or null.</summary>
    public long? Number(string key) => this[key] is { } text ? long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : null;

    /// <summary>The value of a key as an absolute address, or null.</summary>
    public Uri? Url(string key) => this[key] is { } text ? new Uri(text, UriKind.Absolute) : null;

    /// <summary>The value of a key as a switch; off when it is left out and has no default.</summary>
    public bool Switch(string key) => this[key] is { } text && bool.Parse(text);

    /// <summary>The module and the keys that are set, without values.</summary>
    public override string ToString() => $"{_module.Key}: {string.Join(", ", _values.Keys.Order(StringComparer.Ordinal))}";

    [SuppressMessage("Usage", "CA2208", Justification = "The argument is the indexer's.")]
    private SmsModuleField Field(string key) =>
        _module.Fields.FirstOrDefault(f => f.Key.Equals(key, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"Module {_module.Key} has no key {key}.", nameof(key));
}

/// <summary>One thing that is wrong with a plugin configuration.</summary>
/// <param name="Line">The line, from 1; 0 when it belongs to none, such as a key that is missing.</param>
/// <param name="Key">The key; null when the line has none that could be shown.</param>
/// <param name="Message">The rule that was broken, without any value.</param>
public sealed record PluginConfigurationFault(int Line, string? Key, string Message)
{
    /// <summary>Line, key and rule.</summary>
    public override string ToString() => (Line, Key) switch
    {
        (0, null) => Message,
        (0, _) => $"{Key}: {Message}",
        (_, null) => $"line {Line}: {Message}",
        _ => $"line {Line}, {Key}: {Message}",
    };
}
