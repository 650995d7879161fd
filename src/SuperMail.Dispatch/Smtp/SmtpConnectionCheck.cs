namespace SuperMail.Dispatch.Smtp;

/// <summary>The check, over the same opening that mailings use.</summary>
internal sealed class SmtpConnectionCheck(SmtpTransport transport) : ISmtpConnectionCheck
{
    public async ValueTask<SmtpConnectionReport> CheckAsync(CancellationToken cancellationToken = default)
    {
        var settings = transport.CurrentSettings;
        var faults = new SmtpFaults(settings);
        var journal = new OpeningJournal(transport.Time);
        MailTransportException? fault = null;
        try
        {
            await RunAsync(settings, faults, journal, cancellationToken).ConfigureAwait(false);
        }
        catch (MailTransportException e)
        {
            fault = e;
        }

        journal.End(isOk: fault is null);
        return new SmtpConnectionReport
        {
            Relay = faults.Relay,
            Steps = journal.Steps,
            TlsProtocol = journal.TlsProtocol,
            Capabilities = journal.Capabilities.Lines,
            Error = fault?.Message,
            Fault = fault,
            IsPermanent = fault is { Pauses: true } or { ReplyCode: >= 500 },
        };
    }

    private async ValueTask RunAsync(EmailSettings settings, SmtpFaults faults, OpeningJournal journal, CancellationToken cancellationToken)
    {
        var from = Parse(settings.DefaultFromAddress, nameof(EmailSettings.DefaultFromAddress), DeliveryPhase.Mail, faults);
        var to = Parse(settings.CheckSmtpRecipient, nameof(EmailSettings.CheckSmtpRecipient), DeliveryPhase.Rcpt, faults);
        var (connection, _, _, _, activity) = await transport.ConnectAsync(settings, journal, cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        using var traced = activity;
        await using var stop = cancellationToken
            .UnsafeRegister(static c => ((SmtpConnection)c!).Stop(), connection).ConfigureAwait(false);

        (string Name, string Command, DeliveryPhase Phase, TimeSpan Timeout, string? Hint)[] steps =
        [
            ("MAIL FROM", $"MAIL FROM:<{from}>", DeliveryPhase.Mail, settings.Timeouts.Envelope,
                $"See {SmtpFaults.Setting(nameof(EmailSettings.DefaultFromAddress), settings.DefaultFromAddress)}."),
            ("RCPT TO", $"RCPT TO:<{to}>", DeliveryPhase.Rcpt, settings.Timeouts.Envelope,
                $"See {SmtpFaults.Setting(nameof(EmailSettings.CheckSmtpRecipient), settings.CheckSmtpRecipient)}."),
            ("RSET", "RSET", DeliveryPhase.Reset, settings.Timeouts.Envelope, null),
            ("QUIT", "QUIT", DeliveryPhase.Reset, settings.Timeouts.Quit, null),
        ];
        foreach (var (name, command, phase, timeout, hint) in steps)
        {
            journal.Enter(name);
            var reply = await AskAsync(connection, command, phase, timeout, faults, cancellationToken).ConfigureAwait(false);
            journal.Note(reply);
            if (!reply.Accepts)
            {
                throw faults.Refused(reply.Closes ? TransportFault.SlowDown : TransportFault.Connection, phase, name, reply, hint);
            }
        }
    }

    private static async ValueTask<SmtpReply> AskAsync(
        SmtpConnection connection, string command, DeliveryPhase phase, TimeSpan timeout, SmtpFaults faults, CancellationToken cancellationToken)
    {
        try
        {
            return await CommandLine.AskAsync(connection, command, timeout).ConfigureAwait(false);
        }
        catch (WireException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw faults.Broken(phase, e);
        }
    }

    private static EmailAddress Parse(string? text, string setting, DeliveryPhase phase, SmtpFaults faults) =>
        EmailAddress.TryParse(text, out var address, out var error) && CommandWriter.IsSafe(address)
            ? address
            : throw faults.At(TransportFault.Configuration, phase, $"Mailing:Email:{setting} is no address that can be offered: {error}");
}
