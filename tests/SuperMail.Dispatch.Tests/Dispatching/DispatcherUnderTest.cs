using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SuperMail.Dispatch.Testing;

namespace SuperMail.Dispatch.Tests.Dispatching;

/// <summary>A dispatcher over a recording transport (or a real socket), with everything a test may want to set.</summary>
internal sealed class DispatcherUnderTest : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public DispatcherUnderTest(
        Action<MailingSettings>? settings = null,
        Action<MailingDispatchBuilder>? build = null,
        RecordingTransport? transport = null,
        TimeProvider? time = null,
        SmtpTestServer? server = null,
        IConfiguration? configuration = null,
        Action<IServiceCollection>? services = null)
    {
        var collection = new ServiceCollection();
        if (time is not null)
        {
            collection.AddSingleton(time);
        }

        services?.Invoke(collection);
        var builder = collection.AddMailingDispatch(s =>
        {
            s.Email.Host = server?.Host ?? "relay.test";
            s.Email.Port = server?.Port ?? 25;
            s.Email.DefaultFromAddress = "news@example.org";
            s.Email.Mailboxes = [new MailboxSettings { Address = "news@example.org", DisplayName = "News" }];
            settings?.Invoke(s);
        });
        if (configuration is not null)
        {
            collection.AddMailingDispatch(configuration.GetSection("Mailing"));
        }

        if (transport is not null)
        {
            builder.UseTransport(_ => transport);
        }

        build?.Invoke(builder);
        _services = collection.BuildServiceProvider();
        Dispatcher = _services.GetRequiredService<IMailingDispatcher>();
    }

    public IServiceProvider Services => _services;

    public IMailingDispatcher Dispatcher { get; }

    public static CancellationToken Token => Xunit.TestContext.Current.CancellationToken;

    public static TemplateContent Hello { get; } = new() { Subject = "Hello {{Name}}", Text = "Dear {{Name}}, hello." };

    public static IEnumerable<Recipient> People(int count, string prefix = "user") => Enumerable.Range(0, count)
        .Select(i => new Recipient($"{prefix}{i}@example.com") { Fields = new Dictionary<string, string?> { ["Name"] = $"N{i}" } });

    public static EmailMailing Mailing(int count, string prefix = "user") => new("Test", Hello, People(count, prefix));

    /// <summary>Looks again until it is so, giving the others the processor in between; only a broken dispatcher lets it run into the test's time-out.</summary>
    public static async Task Until(Func<ValueTask<bool>> isSo)
    {
        while (!await isSo())
        {
            Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Cancels the token of the only mailing and returns when the dispatcher has seen it: its continuation may come late, after any number of messages.</summary>
    public static async Task CancelAsync(CancellationTokenSource cancel, IMailingDispatcher dispatcher)
    {
        await cancel.CancelAsync();
        await Until(async () => (await dispatcher.ListAsync(cancellationToken: Token).SingleAsync(Token)).State is MailingState.Cancelled);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
