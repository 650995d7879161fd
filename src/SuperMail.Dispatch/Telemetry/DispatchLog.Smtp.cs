using Microsoft.Extensions.Logging;

namespace SuperMail.Dispatch.Telemetry;

internal static partial class DispatchLog
{
    [LoggerMessage(2000, LogLevel.Debug, "Connected to {Relay}: {Security}, pipelining {Pipelining}, chunking {Chunking}")]
    public static partial void SmtpConnected(ILogger logger, string relay, string security, string pipelining, bool chunking);

    [LoggerMessage(2001, LogLevel.Debug, "Connection to {Relay} ended after {Accepted} accepted messages: {Reason}")]
    public static partial void SmtpEnded(ILogger logger, string relay, int accepted, string reason);

    [LoggerMessage(2002, LogLevel.Warning, "The certificate of {Relay} is not trusted ({Fault}); going on encrypted because Mailing:Email:UseSsl is false and there is no login")]
    public static partial void SmtpUntrusted(ILogger logger, string relay, string fault);

    [LoggerMessage(2003, LogLevel.Warning, "The TLS handshake with {Relay} failed ({Fault}); going on in clear text for an hour because Mailing:Email:UseSsl is false and there is no login")]
    public static partial void SmtpInClear(ILogger logger, string relay, string fault);

    [LoggerMessage(2004, LogLevel.Warning, "{Relay} does not keep to what {Extension} demands ({Reason}); it is not used there for an hour")]
    public static partial void SmtpDowngraded(ILogger logger, string relay, string extension, string reason);

    [LoggerMessage(2005, LogLevel.Information, "{Relay} takes {Messages} messages on one connection; keeping to it for an hour")]
    public static partial void SmtpCapLearnt(ILogger logger, string relay, int messages);

    [LoggerMessage(2006, LogLevel.Information, "{Refusals} refusals in a row from {Relay}; going on with a fresh connection")]
    public static partial void SmtpRefusals(ILogger logger, string relay, int refusals);

    [LoggerMessage(2007, LogLevel.Information, "The access token for {Relay} was refused; asking for a new one")]
    public static partial void SmtpTokenRefused(ILogger logger, string relay);

    [LoggerMessage(2008, LogLevel.Debug, "{Relay} refused at {Phase}: {ReplyCode} {Text}")]
    public static partial void SmtpRefused(ILogger logger, string relay, string phase, int replyCode, string text);
}
