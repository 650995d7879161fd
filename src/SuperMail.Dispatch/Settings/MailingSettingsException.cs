using Microsoft.Extensions.Options;

namespace SuperMail.Dispatch.Settings;

/// <summary>All faults of the settings at once; the framework's own message would string them together in one line.</summary>
internal sealed class MailingSettingsException(string name, IReadOnlyList<string> faults)
    : OptionsValidationException(name, typeof(MailingSettings), faults)
{
    /// <inheritdoc/>
    public override string Message => Text([.. Failures]);

    /// <summary>One fault as it is; more under a heading, a line each.</summary>
    public static string Text(IReadOnlyList<string> faults) => faults is [var single]
        ? single
        : $"The mailing settings have {faults.Count} faults:{Environment.NewLine}  {string.Join($"{Environment.NewLine}  ", faults)}";
}
