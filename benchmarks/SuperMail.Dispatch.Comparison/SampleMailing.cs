using Microsoft.Extensions.DependencyInjection;
using SuperMail.Dispatch.Testing;

namespace SuperMail.Dispatch.Comparison;

/// <summary>What is sent: text and HTML, personalised, about 2 KB on the wire.</summary>
internal static class SampleMailing
{
    private const string From = "news@sender.test";

    private static readonly string Filler = string.Join("\n", Enumerable.Repeat("A line of plain text, of the length that lines usually have.", 8));

    public static TemplateContent Content { get; } = new()
    {
        Subject = "{{Name}}, your news of the week",
        Text = $"Dear {{{{Name}}}},\n\nyour number is {{{{Number}}}}.\n\n{Filler}\n\nYours, the editors\n",
        Html = $"<html><body><p>Dear {{{{Name}}}},</p><p>your number is <b>{{{{Number}}}}</b>.</p><p>{Filler}</p><p>Yours, the editors</p></body></html>",
    };

    public static EmailMailing To(int count) => new("Comparison", Content, Enumerable.Range(0, count).Select(static i => new Recipient($"reader{i}@private.test")
    {
        Fields = new Dictionary<string, string?> { ["Name"] = $"Reader {i}", ["Number"] = $"{i:D8}" },
    }));

    /// <summary>The documented 100 / 5.</summary>
    public static ServiceProvider Dispatcher(int port, IMailTransport? transport = null, string? ledger = null)
    {
        var services = new ServiceCollection();
        var builder = services.AddMailingDispatch(settings =>
        {
            (settings.Email.Host, settings.Email.Port, settings.Email.DefaultFromAddress) = ("127.0.0.1", port, From);
            settings.Email.Mailboxes = [new MailboxSettings { Address = From, DisplayName = "News" }];
        });
        if (transport is not null)
        {
            builder.UseTransport(_ => transport);
        }

        if (ledger is not null)
        {
            builder.UseSqliteLedger(ledger);
        }

        return services.BuildServiceProvider();
    }

    /// <summary>One of the messages, composed.</summary>
    public static async Task<string> ComposeOneAsync()
    {
        var transport = new RecordingTransport();
        await using var services = Dispatcher(25, transport);
        await services.GetRequiredService<IMailingDispatcher>().SendAsync(To(1));
        return transport.Messages.Single().Text;
    }
}
