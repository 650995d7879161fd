using Microsoft.Extensions.Logging;

namespace SuperMail.Dispatch.SmsGateways;

/// <summary>What the gateways say of their requests: neither addresses nor texts nor numbers, which stand in them.</summary>
internal static partial class SmsGatewayLog
{
    [LoggerMessage(5501, LogLevel.Debug, "SMS gateway {Gateway} answered {Status} with {Length} octets.")]
    public static partial void Answered(ILogger log, string gateway, int status, int length);

    [LoggerMessage(5502, LogLevel.Warning, "A request to SMS gateway {Gateway} did not leave. {Why}")]
    public static partial void NotSent(ILogger log, string gateway, string why);

    [LoggerMessage(5503, LogLevel.Warning, "A request to SMS gateway {Gateway} has no answer; its messages are in doubt. {Why}")]
    public static partial void Lost(ILogger log, string gateway, string why);

    [LoggerMessage(5504, LogLevel.Warning, "SMS gateway {Gateway} gave an answer that cannot be read (status {Status}, {Length} octets).")]
    public static partial void Unreadable(ILogger log, string gateway, int status, int length);
}
