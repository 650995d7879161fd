namespace SuperMail.Dispatch;

/// <summary>"Send test": the real path with one message, outside every ledger and statistic.</summary>
public interface IMailingTester
{
    /// <summary>Sends the mailing's message to each of its recipients (at most 20) over one connection, and says what the relay said.</summary>
    /// <exception cref="MailingRefusedException">Refused at the door as the mailing itself would be, or too many recipients.</exception>
    /// <exception cref="MailTransportException">No connection; names the step, the reply and the setting.</exception>
    Task<IReadOnlyList<EmailTestResult>> SendEmailAsync(EmailMailing mailing, CancellationToken cancellationToken = default);

    /// <summary>Sends one text to one phone through the gateway of the settings in force, and says what the gateway said.</summary>
    /// <param name="number">The mobile number, in any usual form.</param>
    /// <param name="text">What it says, as it stands: tags are not filled in.</param>
    /// <param name="sender">Shown on the phone; null = <see cref="SmsSettings.Sender"/>.</param>
    /// <param name="cancellationToken">Cuts the call; what may have left is then unknown.</param>
    /// <exception cref="MailingRefusedException">The settings or the sender do not allow it.</exception>
    Task<SmsTestResult> SendSmsAsync(string number, string text, string? sender = null, CancellationToken cancellationToken = default);
}

/// <summary>What became of a test text.</summary>
/// <param name="To">The number as it was understood; null when it is none.</param>
/// <param name="Result">The gateway's own answer: outcome, class, code, words, ids, segments. Without a gateway's code when nothing was sent.</param>
public sealed record SmsTestResult(PhoneNumber? To, SmsSendResult Result)
{
    /// <summary>True when the gateway took it.</summary>
    public bool IsSent => Result.Outcome is SmsOutcome.Accepted;
}

/// <summary>What became of one test message.</summary>
/// <param name="Address">To whom.</param>
/// <param name="Verdict">The relay's answer, or why nothing was sent.</param>
public sealed record EmailTestResult(string? Address, Verdict Verdict)
{
    /// <summary>True when the relay took it.</summary>
    public bool IsSent => Verdict.Kind is VerdictKind.Sent;
}
