namespace SuperMail.Dispatch;

/// <summary>"Send test": the real path with one message, outside every ledger and statistic.</summary>
public interface IMailingTester
{
    /// <summary>Sends the mailing's message to each of its recipients (at most 20) over one connection, and says what the relay said.</summary>
    /// <exception cref="MailingRefusedException">Refused at the door as the mailing itself would be, or too many recipients.</exception>
    /// <exception cref="MailTransportException">No connection; names the step, the reply and the setting.</exception>
    Task<IReadOnlyList<EmailTestResult>> SendEmailAsync(EmailMailing mailing, CancellationToken cancellationToken = default);
}

/// <summary>What became of one test message.</summary>
/// <param name="Address">To whom.</param>
/// <param name="Verdict">The relay's answer, or why nothing was sent.</param>
public sealed record EmailTestResult(string? Address, Verdict Verdict)
{
    /// <summary>True when the relay took it.</summary>
    public bool IsSent => Verdict.Kind is VerdictKind.Sent;
}
