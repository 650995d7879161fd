namespace SuperMail.Dispatch;

/// <summary>Where a recipient stands.</summary>
public enum RecipientState
{
    /// <summary>Not tried yet, or given back uncharged.</summary>
    Ready = 0,

    /// <summary>The relay answered the end of data with 2xx.</summary>
    Sent,

    /// <summary>Refused for now; due again.</summary>
    Retry,

    /// <summary>Refused for good, or given up; the reason is kept.</summary>
    Failed,

    /// <summary>The end of data was sent and no reply came: it may or may not have been taken.</summary>
    InDoubt,

    /// <summary>The same address stood in the mailing before.</summary>
    Duplicate,

    /// <summary>On the host's suppression list.</summary>
    Blocked,

    /// <summary>The mailing was cancelled before this one was sent.</summary>
    Cancelled,
}

/// <summary>Where a mailing stands.</summary>
public enum MailingState
{
    /// <summary>Its recipients are still being read and nothing leaves before the end.</summary>
    Draft = 0,

    /// <summary>Not due before a set time.</summary>
    Scheduled,

    /// <summary>Ready; waits for a free slot.</summary>
    Waiting,

    /// <summary>Messages leave.</summary>
    Started,

    /// <summary>Stopped by the host or by the library, with a reason; goes on with <c>ResumeAsync</c>.</summary>
    Paused,

    /// <summary>Only transiently refused recipients are left, due again later.</summary>
    Retrying,

    /// <summary>Every recipient is final, and none failed or is in doubt.</summary>
    Completed,

    /// <summary>Every recipient is final; some failed.</summary>
    CompletedWithErrors,

    /// <summary>Every recipient is final; some are in doubt.</summary>
    CompletedWithInDoubt,

    /// <summary>Cancelled; what had not been sent is Cancelled.</summary>
    Cancelled,
}
