namespace SuperMail.Dispatch;

/// <summary>Where a recipient stands.</summary>
public enum RecipientState
{
    /// <summary>Not tried yet, or given back uncharged.</summary>
    Ready = 0,

    /// <summary>Taken by the relay or the SMS gateway.</summary>
    Sent,

    /// <summary>Refused for now; due again.</summary>
    Retry,

    /// <summary>Refused for good, or given up; the reason is kept.</summary>
    Failed,

    /// <summary>It was sent to its end and no reply came: it may or may not have been taken.</summary>
    InDoubt,

    /// <summary>The same address or number stood in the mailing before.</summary>
    Duplicate,

    /// <summary>On the host's suppression list.</summary>
    Blocked,

    /// <summary>The mailing was cancelled before this one was sent.</summary>
    Cancelled,

    /// <summary>Sent, and a receipt says that it arrived.</summary>
    Delivered,

    /// <summary>Sent, and it came back: not delivered, for good.</summary>
    Bounced,

    /// <summary>Sent, and not delivered so far or in time.</summary>
    SoftBounced,

    /// <summary>Sent and opened.</summary>
    Opened,

    /// <summary>Sent, and reported as unwanted.</summary>
    Complained,
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
