using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SuperMail.Dispatch;
using SuperMail.Dispatch.Hosting;
using SuperMail.Dispatch.Settings;
using SuperMail.Dispatch.Smtp;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers dispatchers. A name stands for one dispatcher with its own settings, lanes, ledger and health; the default name is empty.</summary>
public static class MailingDispatchServiceCollectionExtensions
{
    private const string DefaultSection = "Mailing";

    /// <summary>A dispatcher with the settings of the host's configuration section <c>Mailing</c> (or <c>Mailing:{name}</c>), where there is one.</summary>
    public static MailingDispatchBuilder AddMailingDispatch(this IServiceCollection services, string name = "")
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);
        var builder = Add(services, name, out var parts);
        var path = parts.Section = name.Length == 0 ? DefaultSection : $"{DefaultSection}:{name}";
        if (parts.ReadsHostSection)
        {
            return builder;
        }

        parts.ReadsHostSection = true;
        services.AddSingleton<IConfigureOptions<MailingSettings>>(provider => new ConfigureNamedOptions<MailingSettings>(
            name, settings => provider.GetService<IConfiguration>()?.GetSection(path).BindInto(settings)));
        services.AddSingleton<IOptionsChangeTokenSource<MailingSettings>>(provider => new ConfigurationChangeTokenSource<MailingSettings>(
            name, provider.GetService<IConfiguration>()?.GetSection(path) ?? new ConfigurationManager().GetSection(path)));
        return builder;
    }

    /// <summary>A dispatcher with the settings of this configuration section.</summary>
    public static MailingDispatchBuilder AddMailingDispatch(this IServiceCollection services, IConfiguration section, string name = "")
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);
        ArgumentNullException.ThrowIfNull(name);
        var builder = Add(services, name, out var parts);
        parts.Section = (section as IConfigurationSection)?.Path ?? DefaultSection;
        services.AddOptions<MailingSettings>(name).BindSection(section);
        return builder;
    }

    /// <summary>A dispatcher with settings made by code; what an earlier call with the same name configured stays.</summary>
    public static MailingDispatchBuilder AddMailingDispatch(this IServiceCollection services, Action<MailingSettings> configure, string name = "")
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        ArgumentNullException.ThrowIfNull(name);
        var builder = Add(services, name, out _);
        services.Configure(name, configure);
        return builder;
    }

    private static MailingDispatchBuilder Add(IServiceCollection services, string name, out DispatchParts parts)
    {
        var known = services.FirstOrDefault(d => d.ServiceType == typeof(DispatchParts) && Equals(d.ServiceKey, name));
        if (known?.KeyedImplementationInstance is DispatchParts present)
        {
            parts = present;
            return new MailingDispatchBuilder(services, parts);
        }

        var made = parts = new DispatchParts(name);
        services.AddOptions();
        services.AddKeyedSingleton(name, made);
        services.AddKeyedSingleton(name, (provider, _) => made.MakeSettings(provider));
        services.AddKeyedSingleton(name, (provider, _) => made.MakeSmtp(provider));
        services.AddKeyedSingleton(name, (provider, _) => made.MakeHost(provider));
        services.AddKeyedSingleton<ISmtpConnectionCheck>(name, (provider, _) => new SmtpConnectionCheck(provider.GetRequiredKeyedService<SmtpTransport>(name)));
        services.AddKeyedSingleton<IMailingDispatcher>(name, (provider, _) => provider.GetRequiredKeyedService<DispatchHost>(name).Dispatcher);
        services.AddKeyedSingleton<IMailingTester>(name, (provider, _) => provider.GetRequiredKeyedService<DispatchHost>(name).Tester);
        services.AddSingleton<IHostedService>(provider => new MailingDispatchService(() => provider.GetRequiredKeyedService<DispatchHost>(name)));
        if (name.Length == 0)
        {
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IMailingDispatcher>(name));
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IMailingTester>(name));
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<ISmtpConnectionCheck>(name));
        }

        return new MailingDispatchBuilder(services, parts);
    }
}
