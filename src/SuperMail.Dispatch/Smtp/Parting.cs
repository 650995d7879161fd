namespace SuperMail.Dispatch.Smtp;

/// <summary>Why a connection is over, and whether that is a fault at all.</summary>
internal static class Parting
{
    /// <summary>Null when it is nobody's fault: whoever had no reply but the good-bye was not sent, and nothing slows down.</summary>
    /// <param name="record">How the connection stands.</param>
    /// <param name="faults">The sentences.</param>
    /// <param name="waiting">The step whose reply is, or was last, waited for.</param>
    /// <param name="isBetweenMessages">What went before was taken, and to what comes next nothing was said.</param>
    /// <param name="leave">The 421, or none.</param>
    /// <param name="broken">How it broke, or null.</param>
    public static MailTransportException? Judge(
        SessionRecord record, SmtpFaults faults, DeliveryPhase waiting, bool isBetweenMessages, in SmtpReply leave, WireException? broken)
    {
        // A relay that tired of waiting for us is no fault and teaches nothing.
        var hasTired = isBetweenMessages && record.WasIdle;
        if (leave.IsNone)
        {
            var hasGone = isBetweenMessages && broken is { Fault: WireFault.Closed or WireFault.Lost };
            return hasGone && (hasTired || record.LearnCap()) ? null : faults.Broken(waiting, broken!);
        }

        // A relay that shuts down or is overrun says nothing about how many messages it takes.
        var teaches = leave.Enhanced is not { Subject: 3, Detail: 2 } && !RelayTexts.IsThrottling(leave);
        if (teaches && (hasTired || (isBetweenMessages && record.LearnCap() && RelayTexts.IsMessageCap(leave))))
        {
            return null;
        }

        return faults.Closing(waiting, leave);
    }
}
