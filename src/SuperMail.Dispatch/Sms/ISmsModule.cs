using Microsoft.Extensions.Logging;

namespace SuperMail.Dispatch;

/// <summary>Makes gateways of one kind from the text of <c>Mailing:Sms:PluginConfiguration</c>.</summary>
public interface ISmsModule
{
    /// <summary>What <c>Mailing:Sms:Module</c> names it by; a-z and 0-9.</summary>
    string Key { get; }

    /// <summary>What a settings page shows.</summary>
    string DisplayName { get; }

    /// <summary>The keys of its plugin configuration.</summary>
    IReadOnlyList<SmsModuleField> Fields { get; }

    /// <summary>Rules across fields, after each field was judged by itself. By default none.</summary>
    IEnumerable<PluginConfigurationFault> Check(PluginConfiguration configuration) => [];

    /// <summary>A gateway from a configuration without faults.</summary>
    ISmsGateway Create(PluginConfiguration configuration, SmsModuleContext context);
}

/// <summary>What a value of a plugin configuration must be.</summary>
public enum SmsFieldKind
{
    /// <summary>Any text.</summary>
    Text = 0,

    /// <summary>A whole number within <see cref="SmsModuleField.Minimum"/> and <see cref="SmsModuleField.Maximum"/>.</summary>
    Number,

    /// <summary>An absolute address with http or https.</summary>
    Url,

    /// <summary>One of <see cref="SmsModuleField.Choices"/>.</summary>
    Choice,

    /// <summary>true or false.</summary>
    Switch,
}

/// <summary>One key of a plugin configuration.</summary>
public sealed record SmsModuleField
{
    /// <summary>The key, such as <c>twilio_account_sid</c>; letter case is ignored.</summary>
    public required string Key { get; init; }

    /// <summary>What a settings page shows.</summary>
    public required string Label { get; init; }

    /// <summary>What is to be entered, with unit and range.</summary>
    public string? Description { get; init; }

    /// <summary>Whether it must be there.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether it is shown as dots and never repeated in an error or a log.</summary>
    public bool IsSecret { get; init; }

    /// <summary>What a value must be.</summary>
    public SmsFieldKind Kind { get; init; }

    /// <summary>The least number.</summary>
    public long Minimum { get; init; }

    /// <summary>The largest number.</summary>
    public long Maximum { get; init; } = long.MaxValue;

    /// <summary>The values to choose from.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The value when it is left out; null = none.</summary>
    public string? Default { get; init; }

    /// <summary>Why the key should not be used any more; null when it should. Taken with a warning.</summary>
    public string? Obsolete { get; init; }
}

/// <summary>What a gateway gets from the library.</summary>
public sealed record SmsModuleContext
{
    /// <summary>A client that follows no redirects and stays with its factory's handlers.</summary>
    public required Func<HttpClient> HttpClient { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where it says what it does; never secrets, numbers or texts.</summary>
    public required ILogger Log { get; init; }

    /// <summary>Completes numbers of phones that write to us.</summary>
    public CountryCode? DefaultCountryCode { get; init; }

    /// <summary>The SMS endpoint code (keyword) that marks inbound messages as ours; null = none.</summary>
    public string? EndpointCode { get; init; }
}
