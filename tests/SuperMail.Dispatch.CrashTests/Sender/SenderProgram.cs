using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Sqlite;

namespace SuperMail.Dispatch.CrashTests.Sender;

/// <summary>
/// A host that sends one mailing, as any host would: what an earlier life left goes on by itself; only where reading was
/// cut off it calls again. Says on standard output how far it is, and dies with its judge.
/// </summary>
internal static class SenderProgram
{
    public const string Verb = "sender";

    public const string MailingName = "crash test";

    /// <summary>Beyond every token that the judge counts.</summary>
    private const string NobodysToken = "999999999";

    /// <summary>How many recipients come at once: reading must last long enough to be killed in.</summary>
    private const int Burst = 100;

    public static async Task<int> RunAsync(CrashOptions options)
    {
        DieWithTheJudge();
        Phases.Say(Phase.Starting);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddConsole(static console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning);
        UseLedger(builder.Services.AddMailingDispatch(settings => Configure(settings, options)), options);
        using var host = builder.Build();
        Phases.Say(Phase.Resuming);
        await host.StartAsync();
        var dispatcher = host.Services.GetRequiredService<IMailingDispatcher>();
        if (options.DieAt?.StartsWith("purge", StringComparison.Ordinal) == true)
        {
            await PurgeAnOlderMailingAsync(dispatcher);
        }

        var id = await FindAsync(dispatcher);
        if (id is null || !(await dispatcher.GetStatusAsync(id.Value)).Sealed)
        {
            Phases.Say(Phase.Reading);
            var mailing = MakeMailing(options);
            id = options.FaultPoints ? await dispatcher.EnqueueAsync(mailing) : (await dispatcher.SendAsync(mailing)).Id;
        }

        Phases.Say(Phase.Sending);
        var report = await dispatcher.WaitAsync(id.Value);
        if (options.DieAt?.StartsWith("revise", StringComparison.Ordinal) == true)
        {
            await dispatcher.ResolveInDoubtAsync(id.Value, InDoubtDecision.AssumeSent);
        }

        Console.WriteLine(report);
        Phases.Say(Phase.Done);
        await host.StopAsync();
        return 0;
    }

    private static void Configure(MailingSettings settings, CrashOptions options)
    {
        settings.BeginWindow = options.Window;
        settings.Email.Host = "127.0.0.1";
        settings.Email.Port = options.Port;
        settings.Email.SmtpThreads = options.Connections;
        settings.Email.MaxEmailsPerConnection = options.Connections * options.Window * options.WindowsPerTurn;
        settings.Email.Pipelining = options.Pipelining;
        settings.Email.PipelineDepth = options.Depth;
        settings.Email.DefaultFromAddress = "sender@crash.test";
        settings.Email.Mailboxes = [new MailboxSettings { Address = "sender@crash.test" }];
        settings.Email.Retry.Schedule = [TimeSpan.FromMilliseconds(200)];
    }

    /// <summary>As a host would, unless the ledger is to be deadly or broken on purpose.</summary>
    private static void UseLedger(MailingDispatchBuilder builder, CrashOptions options)
    {
        builder.UseSqliteLedger(ledger => Configure(ledger, options));
        if (options.DieAt is { } place)
        {
            builder.UseLedger(_ => DeadlyLedger.Over<IMailingLedger>(Open(options), new Death(place, options.Visit)));
        }
        else if (options.Sabotage is Sabotage.LostOutcomes)
        {
            builder.UseLedger(_ => ForgetfulLedger.Over<IMailingLedger>(Open(options)));
        }
    }

    private static SqliteLedger Open(CrashOptions options)
    {
        var ledger = new SqliteLedgerOptions();
        Configure(ledger, options);
        return SqliteLedger.Open(ledger, TimeProvider.System);
    }

    private static void Configure(SqliteLedgerOptions ledger, CrashOptions options)
    {
        ledger.Path = options.LedgerPath;
        ledger.Durability = options.Durability;
        ledger.UseRecorder = options.Recorder && options.Sabotage is not Sabotage.WideDoubt;
    }

    private static EmailMailing MakeMailing(CrashOptions options)
    {
        var content = new TemplateContent
        {
            Subject = "To {{Token}}",
            Text = "This is for {{Token}}.",
            Headers = [new("X-Token", "{{Token}}")],
            Attachments = options.Attachment == 0 ? [] : [Attachment.FromBytes("data.bin", new byte[options.Attachment])],
        };
        return new EmailMailing(MailingName, content, ReadAsync(options.Recipients))
        {
            ExternalKey = "crash",
            FieldNames = ["Token"],
            InDoubtPolicy = options.Policy,
        };
    }

    private static async IAsyncEnumerable<Recipient> ReadAsync(int count)
    {
        for (var token = 0; token < count; token++)
        {
            if (token % Burst == 0)
            {
                await Task.Delay(1);
            }

            yield return new Recipient(string.Create(CultureInfo.InvariantCulture, $"r{token}@recipients.test"))
            {
                Fields = new Dictionary<string, string?> { ["Token"] = token.ToString(CultureInfo.InvariantCulture) },
            };
        }
    }

    private static async Task PurgeAnOlderMailingAsync(IMailingDispatcher dispatcher)
    {
        var content = new TemplateContent { Subject = "An older one", Text = "Soon purged.", Headers = [new("X-Token", NobodysToken)] };
        var older = await dispatcher.EnqueueAsync(new EmailMailing("older", content, [new Recipient($"r{NobodysToken}@recipients.test")]) { ExternalKey = "older" });
        await dispatcher.WaitAsync(older);
        await dispatcher.PurgeAsync(TimeSpan.Zero);
    }

    private static async Task<MailingId?> FindAsync(IMailingDispatcher dispatcher)
    {
        await foreach (var report in dispatcher.ListAsync())
        {
            if (report.Name == MailingName)
            {
                return report.Id;
            }
        }

        return null;
    }

    // Standard input ends with whoever holds its other end, however that ends.
    private static void DieWithTheJudge() => new Thread(static () =>
    {
        while (Console.In.Read() >= 0)
        {
        }

        Death.Now();
    }) { IsBackground = true }.Start();
}
