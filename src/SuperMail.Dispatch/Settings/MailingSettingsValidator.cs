using Microsoft.Extensions.Options;

namespace SuperMail.Dispatch.Settings;

/// <summary>
/// Every rule on the settings, in one place; each fault names the option's path, its value (never a secret) and the rule.
/// </summary>
/// <remarks>
/// <see cref="LastGoodSettings"/> calls it. It need not be registered with the options framework: that one throws out
/// of the reload's callback and tells no listener, so that nobody would hear of an invalid reload.
/// </remarks>
internal sealed class MailingSettingsValidator(string optionsName, SettingsScope scope) : IValidateOptions<MailingSettings>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, MailingSettings options)
    {
        if (name is not null && name != optionsName)
        {
            return ValidateOptionsResult.Skip;
        }

        var faults = Validate(options, scope);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    /// <summary>The faults of the general settings and of each tab that is configured.</summary>
    public static IReadOnlyList<string> Validate(MailingSettings settings, SettingsScope scope)
    {
        var faults = new SettingsFaults(scope.Section);
        faults.Range(nameof(settings.DrainTimeout), settings.DrainTimeout, TimeSpan.FromMinutes(10));
        faults.Range(nameof(settings.BeginWindow), settings.BeginWindow, 1, 500);
        faults.Range(nameof(settings.MaxHeldRecipients), settings.MaxHeldRecipients, 1, 10_000_000);
        faults.Range(nameof(settings.KeepFinished), settings.KeepFinished, TimeSpan.FromDays(30));
        if (settings.Email is null || settings.Sms is null)
        {
            faults.Add(settings.Email is null ? nameof(settings.Email) : nameof(settings.Sms), null, "must not be null");
            return faults.Lines;
        }

        return
        [
            .. faults.Lines,
            .. EmailTab.IsConfigured(settings.Email) ? ValidateEmail(settings.Email, scope) : [],
            .. SmsTab.IsConfigured(settings.Sms) ? ValidateSms(settings.Sms, scope) : [],
        ];
    }

    /// <summary>The faults of the e-mail tab, configured or not: why an e-mail mailing would be refused.</summary>
    public static IReadOnlyList<string> ValidateEmail(EmailSettings email, SettingsScope scope)
    {
        var faults = new SettingsFaults($"{scope.Section}:{nameof(MailingSettings.Email)}");
        EmailRules.Check(email, scope, faults);
        return faults.Lines;
    }

    /// <summary>The faults of the SMS tab, configured or not: why an SMS mailing would be refused.</summary>
    public static IReadOnlyList<string> ValidateSms(SmsSettings sms, SettingsScope scope)
    {
        var faults = new SettingsFaults($"{scope.Section}:{nameof(MailingSettings.Sms)}");
        SmsRules.Check(sms, scope, faults);
        return faults.Lines;
    }
}
