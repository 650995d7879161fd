using System.Security.Cryptography.X509Certificates;
using SuperMail.Dispatch.Ledgers;
using SuperMail.Dispatch.Testing;
using SuperMail.Dispatch.Tests.Dispatching;

namespace SuperMail.Dispatch.Tests.Faults;

/// <summary>Three recipients, a relay that is well but for one fault, the real dispatcher between, a clock that stands still.</summary>
internal sealed class FaultyMailing(FaultCell cell)
{
    private static readonly string[] s_names = ["first", "middle", "last"];
    private static readonly TestCertificates s_authority = new();
    private static readonly X509Certificate2 s_certificate = s_authority.For("127.0.0.1");

    private readonly FakeClock _clock = new();

    /// <summary>What came of it.</summary>
    /// <param name="History">The states recorded for each recipient, in order.</param>
    /// <param name="Taken">How often the relay took each recipient's message, whole and unchanged.</param>
    /// <param name="Pauses">How often the mailing paused by itself.</param>
    /// <param name="StruckLog">The conversation on the connection that met the fault.</param>
    /// <param name="Left">What is left behind: connections, timers, messages that differ from what was sent.</param>
    internal sealed record Account(
        IReadOnlyList<RecipientState[]> History, IReadOnlyList<int> Taken, int Pauses, IReadOnlyList<string> StruckLog, IReadOnlyList<string> Left);

    public async Task<Account> RunAsync(CancellationToken token)
    {
        await using var server = SmtpTestServer.Start(options =>
        {
            options.TimeProvider = _clock;
            options.StartTls = cell.Tls;
            options.Certificate = s_certificate;
            options.AuthMechanisms = cell.Phase == FaultPhase.Auth ? ["PLAIN"] : [];
        });
        var rule = FaultScript.Write(server, cell);
        Account account;
        await using (var tested = new DispatcherUnderTest(
            Configure, b => b.UseLedger(_ => new InMemoryLedger(_clock, keepFinished: TimeSpan.FromDays(30), lease: TimeSpan.FromDays(1))).UseServerCertificateValidation((_, shown, _, _) => s_certificate.Equals(shown)), server: server, time: _clock))
        {
            var id = await tested.Dispatcher.EnqueueAsync(new EmailMailing("Fault", EmailContent.RawPerRecipient, s_names.Select(Recipient)), token);
            var ending = tested.Dispatcher.WaitAsync(id, token);
            await StrikeAsync(server, rule, ending, token);
            var pauses = 0;
            for (var isOver = false; !isOver;)
            {
                try
                {
                    await _clock.UntilAsync(ending, token);
                    isOver = true;
                }
                catch (MailingPausedException) when (pauses++ == 0)
                {
                    await tested.Dispatcher.ResumeAsync(id, token);
                    ending = tested.Dispatcher.WaitAsync(id, token);
                }
            }

            var outcomes = await tested.Dispatcher.GetOutcomesAsync(id, null, token).ToArrayAsync(token);
            account = new Account(
                [.. s_names.Select((_, i) => outcomes.Where(o => o.Ordinal == i).Select(o => o.State).ToArray())], [], pauses, [], []);
            var stopping = tested.DisposeAsync().AsTask().ContinueWith(_ => 0, TaskScheduler.Default);

            // In Deep the reply to QUIT is awaited beside what comes next: its time-out may be all that is left.
            await _clock.UntilAsync(stopping, token, cell.Phase == FaultPhase.Quit && cell.TakesTime ? FaultScript.Timeout : null);
        }

        if (rule.Action == SmtpAction.Stall)
        {
            server.ResetConnections(); // it does not see that the client has gone
        }

        await server.WaitForIdleAsync(token);
        return account with
        {
            Taken = [.. s_names.Select(name => server.Messages.Count(m => m.Recipients.Contains(AddressOf(name))))],
            StruckLog = server.Connections[cell.IsOpening ? 1 : 0].Log,
            Left = [.. LeftBehind(server)],
        };
    }

    private async Task StrikeAsync(SmtpTestServer server, SmtpRule rule, Task<MailingReport> ending, CancellationToken token)
    {
        // Openings are reached over pauses between connections, everything else without: there the clock must not move while
        // the relay begins to be slow.
        // In Deep a mailing may be over before the relay has read the first QUIT.
        var hit = rule.WaitForHitsAsync(1, token);
        var struck = cell.Phase == FaultPhase.Quit ? Task.WhenAny(hit) : Task.WhenAny(hit, ending);
        await (cell.IsOpening ? _clock.UntilAsync(struck, token) : struck);
        if (rule.Hits == 0)
        {
            throw new InvalidOperationException($"{cell}: the fault never struck.");
        }

        if (cell.Phase == FaultPhase.Connect)
        {
            await server.RefuseConnectionsAsync();
            await Task.WhenAny(ending, _clock.WaitForTimerDueWithinAsync(TimeSpan.FromSeconds(5), token)); // it has failed and waits
            server.AcceptConnections();
        }
        else if (cell.Fault == Fault.Slow)
        {
            await _clock.WaitForTimerDueInAsync(FaultScript.Slowness, token);
            _clock.Advance(FaultScript.Slowness);
        }
        else if (cell.TakesTime)
        {
            await _clock.PassTimeoutAsync(server, ending, token);
        }
    }

    private void Configure(MailingSettings settings)
    {
        settings.DrainTimeout = TimeSpan.FromMinutes(10); // far beyond what passes: a connection at its end says QUIT
        var email = settings.Email;
        email.SmtpThreads = 1;
        email.MaxEmailsPerConnection = cell.Phase switch
        {
            FaultPhase.LastEndOfData or FaultPhase.Quit => 2,
            _ when cell.IsOpening => 1,
            _ => 100,
        };
        email.UseChunking = cell.Chunking;
        email.Pipelining = cell.Pipelining;
        email.LocalName = "client.example.org";
        email.UseSsl = cell.Tls;
        email.TlsMode = cell.Tls ? SmtpTlsMode.StartTls : SmtpTlsMode.None;
        if (cell.Phase == FaultPhase.Auth)
        {
            (email.UserName, email.Password) = ("user", "password");
        }

        email.Retry.Schedule = [TimeSpan.FromSeconds(2)];
        email.Timeouts = Timeouts();
    }

    private SmtpTimeouts Timeouts()
    {
        return new SmtpTimeouts
        {
            Connect = For(FaultPhase.Connect),
            Greeting = For(FaultPhase.Greeting),
            Hello = For(FaultPhase.Ehlo, FaultPhase.StartTls, FaultPhase.Auth),

            // In Deep a RSET stands behind the last content, whose reply passes for the one that is lost.
            Envelope = For(FaultPhase.Mail, FaultPhase.Rcpt, FaultPhase.Reset, cell.IsDeep ? FaultPhase.LastEndOfData : FaultPhase.Reset),
            Data = For(FaultPhase.Data),
            Block = For(FaultPhase.LargeContent),
            EndOfData = For(FaultPhase.Content, FaultPhase.EndOfData, FaultPhase.LastEndOfData),
            Quit = For(FaultPhase.Quit),
        };

        TimeSpan For(params FaultPhase[] phases) => phases.Contains(cell.Phase) ? FaultScript.Timeout : TimeSpan.FromHours(1);
    }

    private IEnumerable<string> LeftBehind(SmtpTestServer server)
    {
        if (server.OpenConnections > 0)
        {
            yield return $"{server.OpenConnections} connections";
        }

        if (_clock.PendingTimers > 0)
        {
            yield return $"{_clock.PendingTimers} timers";
        }

        foreach (var message in server.Messages)
        {
            var name = message.Recipients.Single().Split('@')[0];
            if (!message.Content.Span.SequenceEqual(Content(name)))
            {
                yield return $"a message for {name} of {message.Content.Length} octets that differs";
            }
        }
    }

    private Recipient Recipient(string name) => new(AddressOf(name)) { RawMessage = Content(name) };

    private byte[] Content(string name) =>
        cell.Phase == FaultPhase.LargeContent && name == "middle" ? DottedContent.Large : DottedContent.Small(name);

    private static string AddressOf(string name) => $"{name}@example.net";
}
