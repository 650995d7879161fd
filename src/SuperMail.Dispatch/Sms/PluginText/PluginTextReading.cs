namespace SuperMail.Dispatch.Sms.PluginText;

/// <summary>What a plugin configuration's text holds.</summary>
internal sealed class PluginTextReading
{
    public Dictionary<string, string> Values { get; } = new(StringComparer.OrdinalIgnoreCase);

    public List<PluginConfigurationFault> Faults { get; } = [];

    public List<PluginConfigurationFault> Warnings { get; } = [];

    public void Fault(int line, string? key, string message) => Faults.Add(new PluginConfigurationFault(line, key, message));
}
