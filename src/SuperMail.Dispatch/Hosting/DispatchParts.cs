using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SuperMail.Dispatch.Delivery;
using SuperMail.Dispatch.Ledgers;
using SuperMail.Dispatch.Settings;
using SuperMail.Dispatch.Smtp;

namespace SuperMail.Dispatch.Hosting;

/// <summary>What was registered for one name: filled by the builder, put together when the dispatcher is first asked for.</summary>
internal sealed class DispatchParts(string name)
{
    public string Name { get; } = name;

    public string Section { get; set; } = "Mailing";

    /// <summary>True when the host's own section is bound: once is enough, a list would hold everything twice.</summary>
    public bool ReadsHostSection { get; set; }

    public Func<IServiceProvider, IMailingLedger>? Ledger { get; set; }

    public Func<IServiceProvider, IMailTransport>? Transport { get; set; }

    public Func<IServiceProvider, ISmtpTokenProvider>? TokenProvider { get; set; }

    public RemoteCertificateValidationCallback? CertificateValidation { get; set; }

    public X509CertificateCollection? ClientCertificates { get; set; }

    public bool HasSuppressionList { get; set; }

    public Func<IServiceProvider, ISmsGateway>? SmsGateway { get; set; }

    public LastGoodSettings MakeSettings(IServiceProvider services) => new(
        services.GetRequiredService<IOptionsMonitor<MailingSettings>>(),
        Name,
        new SettingsScope
        {
            Section = Section,
            HasTokenProvider = TokenProvider is not null,
            HasOwnTransport = Transport is not null,
            SmsModules = ModulesOf(services),
            HasOwnSmsGateway = SmsGateway is not null,
        },
        LogOf(services));

    public SmtpTransport MakeSmtp(IServiceProvider services)
    {
        var settings = services.GetRequiredKeyedService<LastGoodSettings>(Name);
        return new SmtpTransport(
            () => settings.Current.Email,
            TokenProvider?.Invoke(services),
            new SmtpTrust(CertificateValidation, ClientCertificates),
            TimeOf(services),
            LogOf(services),
            () => settings.Current.LogAddresses);
    }

    public DispatchHost MakeHost(IServiceProvider services)
    {
        var settings = services.GetRequiredKeyedService<LastGoodSettings>(Name);
        var time = TimeOf(services);
        var connection = new ConnectionProof(services.GetRequiredKeyedService<ISmtpConnectionCheck>(Name), settings, time, LogOf(services));
        var transport = Transport?.Invoke(services) ?? services.GetRequiredKeyedService<SmtpTransport>(Name);
        var current = settings.Current;
        var ports = new EnginePorts
        {
            Name = Name,
            Ledger = Ledger?.Invoke(services) ?? new InMemoryLedger(time, current.MaxHeldRecipients, current.KeepFinished),
            Transport = () => transport,
            Settings = () => settings.Current,
            EmailFault = () => settings.EmailFault ?? connection.Refusal,
            SmsFault = () => settings.SmsFault,
            Gateways = new SmsGatewaySource(ModulesOf(services), SmsGateway?.Invoke(services), HttpOf(services), time, LogOf(services)),
            Section = Section,
            BeforeFirstBatch = connection.RequireAsync,
            Screening = HasSuppressionList
                ? new Screening(services.GetRequiredService<IServiceScopeFactory>(), scope => scope.GetRequiredKeyedService<ISuppressionList>(Name))
                : Screening.None,
            Time = time,
            Log = LogOf(services),
        };
        return new DispatchHost(ports, settings, connection);
    }

    /// <summary>The modules that were registered for this name; of two with the same key the later one.</summary>
    private ISmsModule[] ModulesOf(IServiceProvider services) =>
        [.. services.GetKeyedServices<ISmsModule>(Name).GroupBy(static m => m.Key, StringComparer.OrdinalIgnoreCase).Select(static g => g.Last())];

    private Func<HttpClient> HttpOf(IServiceProvider services)
    {
        if (services.GetKeyedService<Func<HttpClient>>(Name) is { } own)
        {
            return own;
        }

        // One pool of connections; looked up anew every two minutes, since providers move. A redirect would carry the login elsewhere.
        var pool = new Lazy<SocketsHttpHandler>(static () => new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        });
        return () => new HttpClient(pool.Value, disposeHandler: false);
    }

    private static TimeProvider TimeOf(IServiceProvider services) => services.GetService<TimeProvider>() ?? TimeProvider.System;

    private static ILogger LogOf(IServiceProvider services) =>
        (services.GetService<ILoggerFactory>() ?? Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance).CreateLogger("SuperMail.Dispatch");
}
