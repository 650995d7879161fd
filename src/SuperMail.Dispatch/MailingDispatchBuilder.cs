using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using SuperMail.Dispatch.Hosting;

namespace SuperMail.Dispatch;

/// <summary>What cannot stand in configuration: the host's own parts of one dispatcher.</summary>
public sealed class MailingDispatchBuilder
{
    private readonly DispatchParts _parts;

    internal MailingDispatchBuilder(IServiceCollection services, DispatchParts parts)
    {
        Services = services;
        _parts = parts;
    }

    /// <summary>Where it is registered.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The dispatcher's name; empty for the default one.</summary>
    public string Name => _parts.Name;

    /// <summary>Remembers in this ledger instead of in memory; the dispatcher disposes it.</summary>
    public MailingDispatchBuilder UseLedger(Func<IServiceProvider, IMailingLedger> ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        _parts.Ledger = ledger;
        return this;
    }

    /// <summary>Sends over this transport instead of the built-in SMTP engine.</summary>
    public MailingDispatchBuilder UseTransport(Func<IServiceProvider, IMailTransport> transport)
    {
        ArgumentNullException.ThrowIfNull(transport);
        _parts.Transport = transport;
        return this;
    }

    /// <summary>Asks this list before each window; one instance a scope, so that it may use a database context.</summary>
    public MailingDispatchBuilder UseSuppressionList<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TList>()
        where TList : class, ISuppressionList
    {
        Services.AddKeyedScoped<ISuppressionList, TList>(Name);
        _parts.HasSuppressionList = true;
        return this;
    }

    /// <summary>Adds an SMS gateway module, which <c>Mailing:Sms:Module</c> may name; of two with the same key the later one counts.</summary>
    public MailingDispatchBuilder AddSmsModule(ISmsModule module)
    {
        ArgumentNullException.ThrowIfNull(module);
        Services.AddKeyedSingleton(Name, module);
        return this;
    }

    /// <summary>Adds an SMS gateway module that needs services of the host.</summary>
    public MailingDispatchBuilder AddSmsModule(Func<IServiceProvider, ISmsModule> module)
    {
        ArgumentNullException.ThrowIfNull(module);
        Services.AddKeyedSingleton(Name, (provider, _) => module(provider));
        return this;
    }

    /// <summary>Sends SMS through this gateway instead of a module's: one of the host's own, or a composite.</summary>
    public MailingDispatchBuilder UseSmsGateway(ISmsGateway gateway)
    {
        ArgumentNullException.ThrowIfNull(gateway);
        return UseSmsGateway(_ => gateway);
    }

    /// <summary>Sends SMS through this gateway instead of a module's: one of the host's own, or a composite.</summary>
    public MailingDispatchBuilder UseSmsGateway(Func<IServiceProvider, ISmsGateway> gateway)
    {
        ArgumentNullException.ThrowIfNull(gateway);
        _parts.SmsGateway = gateway;
        return this;
    }

    /// <summary>SMS modules call their providers with clients from here, asked for once a call; they must follow no redirects.</summary>
    public MailingDispatchBuilder UseSmsHttpClient(Func<IServiceProvider, HttpClient> client)
    {
        ArgumentNullException.ThrowIfNull(client);
        Services.AddKeyedSingleton<Func<HttpClient>>(Name, (provider, _) => () => client(provider));
        return this;
    }

    /// <summary>Takes access tokens for XOAUTH2 and OAUTHBEARER from here.</summary>
    public MailingDispatchBuilder UseTokenProvider(Func<IServiceProvider, ISmtpTokenProvider> provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        _parts.TokenProvider = provider;
        return this;
    }

    /// <summary>Judges the relay's certificate with this callback instead of the system's rules.</summary>
    public MailingDispatchBuilder UseServerCertificateValidation(RemoteCertificateValidationCallback callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        _parts.CertificateValidation = callback;
        return this;
    }

    /// <summary>Shows one of these certificates to a relay that asks for one.</summary>
    public MailingDispatchBuilder UseClientCertificates(X509CertificateCollection certificates)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        _parts.ClientCertificates = certificates;
        return this;
    }
}
