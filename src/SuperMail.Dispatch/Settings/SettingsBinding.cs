using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace SuperMail.Dispatch.Settings;

/// <summary>The one place where configuration becomes settings: the call that the binding generator replaces (no reflection).</summary>
internal static class SettingsBinding
{
    /// <summary>Binds the dispatcher's section (<c>Mailing</c> by default) and follows its reloads.</summary>
    public static OptionsBuilder<MailingSettings> BindSection(this OptionsBuilder<MailingSettings> options, IConfiguration section) =>
        options.Bind(section);

    /// <summary>Binds a section into settings that exist already.</summary>
    public static void BindInto(this IConfigurationSection section, MailingSettings settings) => section.Bind(settings);
}
