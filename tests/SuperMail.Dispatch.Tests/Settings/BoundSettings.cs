using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SuperMail.Dispatch.Settings;

namespace SuperMail.Dispatch.Tests.Settings;

/// <summary>Settings as a host gets them: bound from configuration by the library's own generated binder.</summary>
internal static class BoundSettings
{
    public static MailingSettings From(IConfiguration section)
    {
        var services = new ServiceCollection();
        services.AddOptions<MailingSettings>().BindSection(section);
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<MailingSettings>>().Value;
    }

    public static MailingSettings From(params (string Path, string Value)[] values)
    {
        var memory = new ConfigurationManager();
        foreach (var (path, value) in values)
        {
            memory[path] = value;
        }

        return From((IConfiguration)memory);
    }
}
