using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using SuperMail.Dispatch;
using SuperMail.Dispatch.Ledgers;
using SuperMail.Dispatch.Soak;

var options = SoakOptions.Parse(args);
var time = new HurriedTime(factor: 2000);
var watch = Stopwatch.StartNew();
await using var sink = new FaultySink(options.Messages, options.Faults);

var services = new ServiceCollection();
services.AddSingleton<TimeProvider>(time);
services.AddMailingDispatch(settings =>
    {
        settings.MaxHeldRecipients = 20_000;
        var email = settings.Email;
        (email.Host, email.Port) = (sink.Server.Host, sink.Server.Port);
        email.LocalName = "client.example.org";
        email.DefaultFromAddress = "news@example.org";
        email.Mailboxes = [new MailboxSettings { Address = "news@example.org" }];
        email.SmtpThreads = options.Threads;
        email.MaxEmailsPerConnection = options.Threads * 100;
        (email.Pipelining, email.OverlapConnections) = (options.Deep ? SmtpPipelining.Deep : SmtpPipelining.Standard, options.Deep);
    })
    // A lease of the usual 30 s is no time at all on this clock.
    .UseLedger(_ => new InMemoryLedger(time, maxHeldRecipients: 20_000, keepFinished: TimeSpan.FromDays(30), lease: TimeSpan.FromDays(30)));
await using var provider = services.BuildServiceProvider();
var dispatcher = provider.GetRequiredService<IMailingDispatcher>();

Console.WriteLine($"{options.Messages} messages, {options.Faults} faults, mailings of {options.Mailing}, {options.Threads} connections{(options.Deep ? ", Deep" : "")}");
Console.WriteLine($"start: {Footprint.Measure()}");
Footprint? first = null;
var isWell = true;
var (sent, done) = (0L, 0);
for (var round = 0; done < options.Messages; round++)
{
    var recipients = Math.Min(options.Mailing, options.Messages - done);
    var (pipelining, chunking, tls) = ((round & 1) == 0, (round & 2) == 0, (round & 4) != 0);
    sink.BeginMailing(recipients, pipelining, chunking, tls);
    var mailing = new SoakMailing(dispatcher, sink, recipients);
    var wrong = await mailing.RunAsync(CancellationToken.None);
    done += recipients;
    sent += mailing.Counts.Sent + mailing.DoubtsTaken;

    await dispatcher.PurgeAsync(TimeSpan.Zero);
    var now = Footprint.Measure();
    first ??= now;
    Console.WriteLine(
        $"{done}: {(!pipelining ? "Off" : options.Deep && chunking ? "Deep" : "Standard")} {(chunking ? "BDAT" : "DATA")} {(tls ? "TLS" : "clear")}, "
        + $"{mailing.Counts.Sent} sent, {mailing.Counts.Failed} failed, {mailing.Counts.InDoubt} in doubt ({mailing.DoubtsTaken} taken), "
        + $"{mailing.Pauses} pauses, {sink.Faults} faults and {sink.Server.TotalConnections} connections so far; {now}; {watch.Elapsed:mm\\:ss}");
    foreach (var line in wrong.Take(20))
    {
        Console.WriteLine($"  differs: {line}");
    }

    isWell &= wrong.Count == 0;
    if (!now.IsFlatSince(first.Value))
    {
        Console.WriteLine("  memory or handles have grown");
        isWell = false;
    }
}

Console.WriteLine($"faults: {string.Join(", ", sink.FaultsByStep.Select(static step => $"{step.Verb} {step.Count}"))}");
Console.WriteLine($"the relay took {sink.Server.MessagesAccepted} messages, the library says {sent}");
isWell &= sink.Server.MessagesAccepted == sent && sink.Faults >= options.Faults;
Console.WriteLine(isWell ? "both accounts agree, memory and handles are flat" : "FAILED");
return isWell ? 0 : 1;
