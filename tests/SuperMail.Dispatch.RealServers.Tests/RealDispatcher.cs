using Microsoft.Extensions.DependencyInjection;
using SuperMail.Dispatch.RealServers.Tests.Servers;
using Xunit;

namespace SuperMail.Dispatch.RealServers.Tests;

/// <summary>A dispatcher as a host has it, with the documented 100 / 5, towards a real server.</summary>
internal sealed class RealDispatcher : IAsyncDisposable
{
    public const string From = "news@sender.test";

    private readonly ServiceProvider _services;

    public RealDispatcher(string host, int port, Action<MailingSettings>? settings = null)
    {
        var services = new ServiceCollection();
        services.AddMailingDispatch(s =>
        {
            (s.Email.Host, s.Email.Port, s.Email.DefaultFromAddress) = (host, port, From);
            s.Email.Mailboxes = [new MailboxSettings { Address = From, DisplayName = "News" }];
            settings?.Invoke(s);
        });
        _services = services.BuildServiceProvider();
    }

    public IMailingDispatcher Dispatcher => _services.GetRequiredService<IMailingDispatcher>();

    public ISmtpConnectionCheck Check => _services.GetRequiredService<ISmtpConnectionCheck>();

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static SendOptions FirstPass { get; } = new() { Until = SendUntil.FirstPass };

    public static TemplateContent Hello { get; } = new() { Subject = "Hello {{Name}}", Text = "Dear {{Name}},\n\nhello.\n" };

    /// <summary>Towards a private Postfix over verified TLS.</summary>
    public static RealDispatcher To(PostfixServer server, Action<MailingSettings>? settings = null) => new(server.Host, server.Port, s =>
    {
        s.Email.UseSsl = true;
        s.Email.TrustedCertificatesPath = server.AuthorityPath;
        settings?.Invoke(s);
    });

    public static RealDispatcher To(SmtpSink sink, Action<MailingSettings>? settings = null) => new(sink.Host, sink.Port, settings);

    public static Recipient Person(string localPart, string domain = PostfixServer.Domain) =>
        new($"{localPart}@{domain}") { Fields = new Dictionary<string, string?> { ["Name"] = $"N-{localPart}" } };

    public static IEnumerable<Recipient> People(int count, string prefix) =>
        Enumerable.Range(0, count).Select(i => Person($"{prefix}{i}"));

    /// <summary>The state and last failure of every recipient, by ordinal.</summary>
    public async Task<RecipientStatus[]> AccountAsync(MailingReport report)
    {
        var found = new RecipientStatus[report.Counts.Accepted];
        for (var i = 0; i < found.Length; i++)
        {
            found[i] = await Dispatcher.GetRecipientAsync(report.Id, i, Token) ?? throw new InvalidOperationException($"Recipient {i} is unknown.");
        }

        return found;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
