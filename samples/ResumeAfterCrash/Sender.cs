using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SuperMail.Dispatch;

/// <summary>The process that is killed, and the one that goes on: the same program, which knows nothing of the other.</summary>
internal static class Sender
{
    public const int Recipients = 3000;

    public static async Task<int> RunAsync(int port, string ledger)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddMailingDispatch(settings =>
        {
            settings.Email.Host = "127.0.0.1";
            settings.Email.Port = port;
            settings.Email.DefaultFromAddress = "news@example.org";
            settings.Email.Mailboxes.Add(new MailboxSettings { Address = "news@example.org", DisplayName = "Example" });
            settings.Email.MessagesPerMinute = 60_000; // slow enough to be watched
        }).UseSqliteLedger(ledger); // the one line that makes the difference

        // Its start goes on with what the ledger holds.
        using var host = builder.Build();
        await host.StartAsync();
        var dispatcher = host.Services.GetRequiredService<IMailingDispatcher>();

        // The key says that it is the same mailing: enqueued once, however often the program starts.
        var people = Enumerable.Range(1, Recipients).Select(n => new Recipient($"customer{n}@example.com"));
        var content = new TemplateContent { Subject = "Spring news", Text = "Spring is here." };
        var id = await dispatcher.EnqueueAsync(new EmailMailing("Spring news", content, people) { ExternalKey = "spring-news" });
        var report = await dispatcher.WaitAsync(id);

        Console.WriteLine($"             ledger: {report}");
        await foreach (var doubt in dispatcher.GetOutcomesAsync(id, new OutcomeFilter { States = [RecipientState.InDoubt] }).Take(3))
        {
            var recipient = await dispatcher.GetRecipientAsync(id, doubt.Ordinal);
            Console.WriteLine($"             in doubt, so not sent again: {recipient!.Address} ({doubt.Failure?.Text})");
        }

        await host.StopAsync();
        return report.Counts.Sent + report.Counts.InDoubt == Recipients ? 0 : 1;
    }
}
