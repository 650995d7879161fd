using Microsoft.Extensions.Logging;

namespace SuperMail.Dispatch.Telemetry;

internal static partial class DispatchLog
{
    [LoggerMessage(1000, LogLevel.Information, "Mailing {Mailing} '{Name}' is accepted with {Recipients} recipients.")]
    public static partial void MailingAccepted(this ILogger logger, string mailing, string name, long recipients);

    [LoggerMessage(1001, LogLevel.Information, "Mailing {Mailing} '{Name}' ended as {State}: {Sent} sent, {Failed} failed, {InDoubt} in doubt.")]
    public static partial void MailingEnded(this ILogger logger, string mailing, string name, string state, long sent, long failed, long inDoubt);

    [LoggerMessage(1002, LogLevel.Warning, "Mailing {Mailing} is paused: {Reason}")]
    public static partial void MailingPaused(this ILogger logger, string mailing, string reason);

    [LoggerMessage(1003, LogLevel.Information, "Mailing {Mailing} goes on.")]
    public static partial void MailingResumed(this ILogger logger, string mailing);

    [LoggerMessage(1004, LogLevel.Information, "Mailing {Mailing} is cancelled.")]
    public static partial void MailingCancelled(this ILogger logger, string mailing);

    [LoggerMessage(1005, LogLevel.Information, "Mailing {Mailing} is paused by the host.")]
    public static partial void MailingPausedByHost(this ILogger logger, string mailing);

    [LoggerMessage(1006, LogLevel.Warning, "The dispatcher stopped with {Recipients} recipients not sent to; the in-memory ledger forgets them. A durable ledger would go on at the next start.")]
    public static partial void RecipientsLost(this ILogger logger, long recipients);

    [LoggerMessage(1010, LogLevel.Warning, "The relay is not to be had: {Reason} Tried again in {Delay}.")]
    public static partial void RelayAway(this ILogger logger, string reason, TimeSpan delay);

    [LoggerMessage(1011, LogLevel.Information, "The relay is back.")]
    public static partial void RelayBack(this ILogger logger);

    [LoggerMessage(1012, LogLevel.Warning, "The relay asks to be left in peace: at most {Connections} connections at once, the next one in {Delay}.")]
    public static partial void SlowedDown(this ILogger logger, int connections, TimeSpan delay);

    [LoggerMessage(1013, LogLevel.Warning, "A connection ended early: {Reason}")]
    public static partial void ConnectionEnded(this ILogger logger, string reason);

    [LoggerMessage(1014, LogLevel.Error, "The transport failed in a way that it must not.")]
    public static partial void TransportFailed(this ILogger logger, Exception fault);

    [LoggerMessage(1015, LogLevel.Error, "Composing for recipient {Ordinal} of mailing {Mailing} failed in a way that it must not.")]
    public static partial void ComposingFailed(this ILogger logger, long ordinal, string mailing, Exception fault);

    [LoggerMessage(1016, LogLevel.Error, "The suppression list failed; nothing that it did not clear is sent.")]
    public static partial void SuppressionFailed(this ILogger logger, Exception fault);

    [LoggerMessage(1017, LogLevel.Critical, "The ledger failed; nothing more is sent until the dispatcher is started anew.")]
    public static partial void LedgerFailed(this ILogger logger, Exception fault);

    [LoggerMessage(1018, LogLevel.Warning, "A progress callback threw; sending goes on and this is not said again.")]
    public static partial void ProgressCallbackFailed(this ILogger logger, Exception fault);

    [LoggerMessage(1019, LogLevel.Warning, "The host's shutdown time-out ended before the drain time-out of {DrainTimeout}: what was on the wire is cut and may be in doubt. Raise HostOptions.ShutdownTimeout or lower Mailing:DrainTimeout.")]
    public static partial void ShutdownShorterThanDrain(this ILogger logger, TimeSpan drainTimeout);

    [LoggerMessage(1020, LogLevel.Information, "{Count} mailings that were not finished go on.")]
    public static partial void MailingsGoOn(this ILogger logger, int count);

    [LoggerMessage(1021, LogLevel.Warning, "The check of the SMTP connection did not succeed and is tried again: {Reason}")]
    public static partial void ConnectionCheckFailed(this ILogger logger, string reason);

    [LoggerMessage(1022, LogLevel.Information, "The check of the SMTP connection to {Relay} succeeded.")]
    public static partial void ConnectionChecked(this ILogger logger, string relay);

    [LoggerMessage(1023, LogLevel.Warning, "No connection was to be had beside those that carry messages; none is opened ahead for {Delay}. {Reason}")]
    public static partial void NothingOpenedAhead(this ILogger logger, TimeSpan delay, string reason);
}
