using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Sqlite.Tests.Dispatching;

/// <summary>A host with a dispatcher on a ledger file, sending to a server on loopback: one life of an application.</summary>
internal sealed class HostOnLedger : IAsyncDisposable
{
    private readonly IHost _host;

    private HostOnLedger(IHost host) => _host = host;

    public IMailingDispatcher Dispatcher => _host.Services.GetRequiredService<IMailingDispatcher>();

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts the application: the hosted service goes on with what the ledger holds.</summary>
    public static async Task<HostOnLedger> StartAsync(string ledger, SmtpTestServer server, Action<SqliteLedgerOptions>? options = null, int threads = 2, TimeProvider? time = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        builder.Services.AddMailingDispatch(settings =>
        {
            settings.Email.Host = server.Host;
            settings.Email.Port = server.Port;
            settings.Email.SmtpThreads = threads;
            settings.Email.DefaultFromAddress = "news@example.org";
            settings.Email.Mailboxes = [new MailboxSettings { Address = "news@example.org" }];
        }).UseSqliteLedger(o =>
        {
            (o.Path, o.Durability) = (ledger, LedgerDurability.ProcessCrash);
            options?.Invoke(o);
        });
        var host = builder.Build();
        try
        {
            await host.StartAsync(Token);
            return new HostOnLedger(host);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public static IEnumerable<Recipient> People(int count, int first = 0) =>
        Enumerable.Range(first, count).Select(static i => new Recipient($"user{i}@example.com"));

    public static EmailMailing Mailing(IEnumerable<Recipient> people, string? key = null, InDoubtPolicy policy = InDoubtPolicy.Hold) =>
        new("Letter", new TemplateContent { Subject = "Hello", Text = "Hello." }, people) { ExternalKey = key, InDoubtPolicy = policy };

    /// <summary>Who stands on the server's list, without the domain.</summary>
    public static IEnumerable<string> Taken(SmtpTestServer server) =>
        server.Messages.Select(static message => message.Recipients[0].Split('@')[0].TrimStart('<'));

    public async Task<List<RecipientOutcome>> OutcomesAsync(MailingId mailing, OutcomeFilter? filter = null) =>
        await Dispatcher.GetOutcomesAsync(mailing, filter, Token).ToListAsync(Token);

    /// <summary>Ends this life in order: what is on the wire is waited for.</summary>
    public async Task StopAsync()
    {
        await _host.StopAsync(Token);
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync() => await ((IAsyncDisposable)_host).DisposeAsync();
}
