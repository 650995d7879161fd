namespace SuperMail.Dispatch.Reports;

/// <summary>What a mailing's ledger entry amounts to, in the field's words.</summary>
internal static class MailingStates
{
    public static MailingState Of(LedgerMailing mailing, DateTimeOffset now)
    {
        var counts = mailing.Counts;
        return mailing switch
        {
            { Desired: DesiredState.Cancel } => MailingState.Cancelled,
            { IsFinished: true } when counts.InDoubt > 0 => MailingState.CompletedWithInDoubt,
            { IsFinished: true } when counts.Failed > 0 => MailingState.CompletedWithErrors,
            { IsFinished: true } => MailingState.Completed,
            { Desired: DesiredState.Pause } => MailingState.Paused,
            { Sealed: false, Created.SendBeforeSeal: false } => MailingState.Draft,
            { Created.NotBefore: { } due } when due > now => MailingState.Scheduled,
            _ when counts.Ready == 0 && counts.Retry > 0 => MailingState.Retrying,
            _ when counts.Final > 0 || counts.Retry > 0 => MailingState.Started,
            _ => MailingState.Waiting,
        };
    }

    public static MailingReport Report(LedgerMailing mailing, DateTimeOffset now) => new()
    {
        Id = mailing.Id,
        Name = mailing.Created.Name,
        State = Of(mailing, now),
        Reason = mailing.Reason,
        ResumesAt = mailing.Desired is DesiredState.Pause ? TimedPause.TimeIn(mailing.Reason) : null,
        Counts = mailing.Counts,
        Elapsed = (mailing.FinishedAt ?? now) - mailing.CreatedAt,
        Sms = mailing.Created.Lane == LaneNames.Sms ? mailing.Usage : null,
        ResendOf = mailing.Created.ResendOf,
    };
}
