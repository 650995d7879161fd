using System.Text;
using SuperMail.Dispatch.Testing;
using SuperMail.Dispatch.Tests.Dispatching;

namespace SuperMail.Dispatch.Tests.Hostile;

/// <summary>A dispatcher before a relay on a real socket, and what that relay heard: what an attack would have to change.</summary>
internal sealed class AttackedDispatcher : IAsyncDisposable
{
    // An attack that succeeds may leave a relay with which nothing ends: then the account says so instead of nobody.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly DispatcherUnderTest _sending;

    public AttackedDispatcher(bool byBdat = true, Action<SmtpTestServerOptions>? relay = null, Action<MailingSettings>? settings = null)
    {
        Relay = SmtpTestServer.Start(options =>
        {
            options.Chunking = byBdat;
            relay?.Invoke(options);
        });
        _sending = new DispatcherUnderTest(server: Relay, settings: s =>
        {
            s.Email.SmtpThreads = 1;
            s.Email.LocalName = "client.example.org";
            settings?.Invoke(s);
        });
    }

    public SmtpTestServer Relay { get; }

    public IMailingDispatcher Dispatcher => _sending.Dispatcher;

    public static TemplateContent Plain { get; } = new() { Subject = "S", Text = "T" };

    public Task<MailingReport> SendAsync(EmailContent content, params Recipient[] recipients) => SendAsync(new EmailMailing("Attack", content, recipients));

    public async Task<MailingReport> SendAsync(EmailMailing mailing)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(DispatcherUnderTest.Token);
        patience.CancelAfter(Patience);
        return await Dispatcher.SendAsync(mailing, new SendOptions { Until = SendUntil.FirstPass }, cancellationToken: patience.Token);
    }

    /// <summary>Why a recipient failed; null when it did not.</summary>
    public async Task<string?> FailureAsync(MailingReport report, long ordinal) =>
        (await Dispatcher.GetRecipientAsync(report.Id, ordinal, DispatcherUnderTest.Token))?.Failure?.Text;

    /// <summary>Every line that any connection took for a command.</summary>
    public string[] Commands() =>
        [.. Relay.Connections.SelectMany(static c => c.Log).Where(static line => line.StartsWith("C: ", StringComparison.Ordinal)).Select(static line => line[3..])];

    /// <summary>The names of a message's header fields, in order.</summary>
    public static string[] HeaderNames(ReceivedMessage message)
    {
        var text = Encoding.UTF8.GetString(message.Content.Span);
        return [.. text[..text.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Split("\r\n")
            .Where(static line => line[0] is not (' ' or '\t')).Select(static line => line[..line.IndexOf(':')])];
    }

    public async ValueTask DisposeAsync()
    {
        await _sending.DisposeAsync();
        await Relay.DisposeAsync();
    }
}
