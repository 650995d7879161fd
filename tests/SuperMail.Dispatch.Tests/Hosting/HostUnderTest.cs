using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Testing;

namespace SuperMail.Dispatch.Tests.Hosting;

/// <summary>A host as applications build it, with settings that a test may change while it runs.</summary>
internal sealed class HostUnderTest : IAsyncDisposable
{
    private readonly IHost _host;

    public HostUnderTest(
        Action<IServiceCollection>? services = null,
        ChangeableSettings? settings = null,
        IMailTransport? transport = null,
        TimeProvider? time = null,
        SmtpTestServer? server = null,
        Action<MailingDispatchBuilder>? build = null,
        bool register = true)
    {
        Settings = settings ?? ChangeableSettings.Valid(server);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        ((IConfigurationBuilder)builder.Configuration).Add(Settings);
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log);
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        if (register)
        {
            var dispatch = builder.Services.AddMailingDispatch();
            if (transport is not null)
            {
                dispatch.UseTransport(_ => transport);
            }

            build?.Invoke(dispatch);
        }

        services?.Invoke(builder.Services);
        _host = builder.Build();
    }

    public ChangeableSettings Settings { get; }

    public CollectedLog Log { get; } = new();

    public IServiceProvider Services => _host.Services;

    public IMailingDispatcher Dispatcher => Services.GetRequiredService<IMailingDispatcher>();

    public Task StartAsync() => _host.StartAsync(Xunit.TestContext.Current.CancellationToken);

    public Task StopAsync(CancellationToken token = default) => _host.StopAsync(token);

    public async Task<HealthCheckResult> HealthAsync(string? name = null)
    {
        var check = name is null
            ? ActivatorUtilities.GetServiceOrCreateInstance<MailingDispatchHealthCheck>(Services)
            : new MailingDispatchHealthCheck(Services, name);
        return await check.CheckHealthAsync(new HealthCheckContext());
    }

    public ValueTask DisposeAsync() => ((IAsyncDisposable)_host).DisposeAsync();
}

/// <summary>Configuration in memory that reloads when a test changes it.</summary>
internal sealed class ChangeableSettings : ConfigurationProvider, IConfigurationSource
{
    /// <summary>A relay, a registered mailbox, nothing else.</summary>
    public static ChangeableSettings Valid(SmtpTestServer? server = null, string section = "Mailing") => new ChangeableSettings()
        .With($"{section}:Email:Host", server?.Host ?? "relay.test")
        .With($"{section}:Email:Port", $"{server?.Port ?? 25}")
        .With($"{section}:Email:DefaultFromAddress", "news@example.org")
        .With($"{section}:Email:Mailboxes:0:Address", "news@example.org");

    public ChangeableSettings With(string path, string? value)
    {
        Data[path] = value;
        return this;
    }

    public ChangeableSettings Email(string option, string? value) => With($"Mailing:Email:{option}", value);

    /// <summary>Changes settings of the e-mail tab together, as saving a file does.</summary>
    public void Change(params ReadOnlySpan<(string Option, string? Value)> changes)
    {
        foreach (var (option, value) in changes)
        {
            Email(option, value);
        }

        OnReload();
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;
}
