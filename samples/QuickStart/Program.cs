using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SuperMail.Dispatch;
using SuperMail.Dispatch.Testing;

if (args.Contains("--help"))
{
    Console.WriteLine(CommandLine.Help);
    return 0;
}

try
{
    return await SendAsync(CommandLine.Parse(args));
}
catch (Exception fault) when (fault is BadInputException or MailingRefusedException)
{
    Console.Error.WriteLine(fault.Message);
    return 2;
}
catch (OptionsValidationException fault)
{
    Console.Error.WriteLine(string.Join("; ", fault.Failures));
    return 2;
}
catch (DecoderFallbackException)
{
    Console.Error.WriteLine("a file is not in UTF-8");
    return 2;
}

static async Task<int> SendAsync(CommandLine asked)
{
    // Without a relay of your own: an SMTP server on loopback that takes everything and counts.
    await using var server = asked.Host is null
        ? SmtpTestServer.Start(options => (options.KeepMessages, options.KeepLog) = (false, false))
        : null;

    // 1. Register. In a host, AddMailingDispatch() reads the section "Mailing" of its configuration.
    var services = new ServiceCollection();
    services.AddLogging(log => log.SetMinimumLevel(LogLevel.Warning).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
    var phones = new FakeSmsGateway();
    var builder = services.AddMailingDispatch(settings =>
    {
        settings.Email.MaxEmailsPerConnection = asked.MaxPerConnection;
        settings.Email.SmtpThreads = asked.Threads;
        settings.Email.Host = server?.Host ?? asked.Host;
        settings.Email.Port = server?.Port ?? asked.Port;
        settings.Email.DefaultFromAddress = asked.From;
        settings.Email.Mailboxes.Add(new MailboxSettings { Address = asked.From, DisplayName = "Example" });
        settings.Email.CheckSmtpRecipient = asked.From;
        settings.Sms.DefaultCountryCode = "+44";
    });
    builder.UseSmsGateway(phones);
    await using var provider = services.BuildServiceProvider();
    var dispatcher = provider.GetRequiredService<IMailingDispatcher>();

    // A real relay is asked first whether it would let us send; nothing is sent for that.
    if (server is null && await provider.GetRequiredService<ISmtpConnectionCheck>().CheckAsync() is { IsOk: false } check)
    {
        Console.Error.WriteLine(check.Error);
        return 1;
    }

    // 2. Say what goes out, to whom. Recipients are read while the mailing is sent: a million of them need no list.
    var (recipients, total) = Input.Recipients(asked);
    var mailing = new EmailMailing("Spring news", Input.Content(asked), recipients);

    // 3. Send, with a progress bar. Ctrl+C cancels: what is on the wire is drained, the rest is reported as cancelled.
    using var cancel = new CancellationTokenSource();
    Console.CancelKeyPress += (_, pressed) =>
    {
        pressed.Cancel = true;
        cancel.Cancel();
    };

    MailingReport report;
    try
    {
        report = await ProgressBar.ShowAsync(total, bar => dispatcher.SendAsync(mailing, progress: bar, cancellationToken: cancel.Token));
    }
    catch (MailingPausedException paused)
    {
        // The library stops by itself when everybody would be refused: a wrong password, a sender that the relay denies.
        Console.WriteLine($"paused: {paused.Reason}");
        report = paused.Report;
    }
    catch (MailingCanceledException cancelled)
    {
        report = cancelled.Report;
    }

    // 4. Give account.
    await foreach (var outcome in dispatcher.GetOutcomesAsync(report.Id, new OutcomeFilter { States = [RecipientState.Failed, RecipientState.InDoubt] }).Take(10))
    {
        Console.WriteLine($"recipient {outcome.Ordinal + 1}: {outcome.State}, {outcome.Failure?.Text ?? outcome.Reason.ToString()}");
    }

    if (report.Counts is { Duplicate: > 0 } or { Cancelled: > 0 } or { Ready: > 0 } or { Retry: > 0 })
    {
        Console.WriteLine($"also: {report.Counts.Duplicate} duplicate, {report.Counts.Cancelled} cancelled, {report.Counts.Ready + report.Counts.Retry} left");
    }

    if (server is not null)
    {
        await server.WaitForIdleAsync();
        Console.WriteLine(
            $"server: {server.MessagesAccepted} messages, {server.TotalConnections} connections, "
            + $"at most {server.MessagesPerConnection.DefaultIfEmpty().Max()} per connection, at most {server.MaxOpenConnections} at once");
    }

    Console.WriteLine($"report: {report}");

    // 5. The same by SMS: through a fake gateway, so that no phone rings.
    if (server is not null && !cancel.IsCancellationRequested)
    {
        var texts = await dispatcher.SendAsync(new SmsMailing("Spring news", Input.SmsText, Input.Phones()), cancellationToken: cancel.Token);
        Console.WriteLine($"sms: {texts.Counts.Sent} accepted, {texts.Counts.Failed} rejected, {texts.Sms?.Segments} segments");
    }

    return report.Counts.Sent + report.Counts.Duplicate == report.Counts.Accepted ? 0 : 1;
}
