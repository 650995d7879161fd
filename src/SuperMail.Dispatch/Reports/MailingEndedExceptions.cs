namespace SuperMail.Dispatch;

/// <summary>The library paused the mailing; it goes on with <c>ResumeAsync</c> once the reason is mended.</summary>
public sealed class MailingPausedException : Exception
{
    /// <summary>Paused for the report's reason.</summary>
    public MailingPausedException(MailingReport report)
        : base($"Mailing {report?.Id} '{report?.Name}' is paused: {report?.Reason}") => Report = report!;

    /// <summary>The mailing.</summary>
    public MailingId Id => Report.Id;

    /// <summary>Why.</summary>
    public string Reason => Report.Reason ?? "";

    /// <summary>The account so far.</summary>
    public MailingReport Report { get; }
}

/// <summary>The caller cancelled the mailing; what had left is in the report.</summary>
public sealed class MailingCanceledException : OperationCanceledException
{
    /// <summary>Cancelled by this token, with this account.</summary>
    public MailingCanceledException(MailingReport report, CancellationToken token)
        : base($"Mailing {report?.Id} '{report?.Name}' was cancelled: {report}.", token) => Report = report!;

    /// <summary>The account at its end.</summary>
    public MailingReport Report { get; }
}

/// <summary>The recipients' sequence threw (see the inner exception): the mailing accepts no more.</summary>
public sealed class RecipientsFailedException : Exception
{
    /// <summary>With the account of what was accepted before.</summary>
    public RecipientsFailedException(MailingReport report, Exception inner)
        : base($"Reading the recipients of mailing {report?.Id} '{report?.Name}' failed after {report?.Counts.Accepted} were accepted: {inner?.GetType().Name}.", inner) => Report = report!;

    /// <summary>The account of what was accepted.</summary>
    public MailingReport Report { get; }
}
