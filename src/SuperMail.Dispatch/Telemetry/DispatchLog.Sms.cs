using Microsoft.Extensions.Logging;

namespace SuperMail.Dispatch.Telemetry;

internal static partial class DispatchLog
{
    [LoggerMessage(5000, LogLevel.Information, "SMS gateway {Gateway} is in use from the next batch on.")]
    public static partial void GatewayInUse(this ILogger logger, string gateway);

    [LoggerMessage(5001, LogLevel.Warning, "The SMS gateway asks to be left in peace: at most {Batches} batches at once, the next one in {Delay}.")]
    public static partial void GatewaySlowedDown(this ILogger logger, int batches, TimeSpan delay);

    [LoggerMessage(5002, LogLevel.Error, "SMS gateway {Gateway} failed in a way that it must not; what it was offered is in doubt.")]
    public static partial void GatewayFailed(this ILogger logger, string gateway, Exception fault);

    [LoggerMessage(5003, LogLevel.Error, "SMS gateway {Gateway} was offered {Messages} messages and gave {Results} results, or not one for each; those without are in doubt.")]
    public static partial void GatewayBrokeContract(this ILogger logger, string gateway, int messages, int results);

    [LoggerMessage(5004, LogLevel.Error, "SMS mailings are paused until somebody mends the account or the settings: {Reason}")]
    public static partial void GatewayRefuses(this ILogger logger, string reason);

    [LoggerMessage(5005, LogLevel.Debug, "Receipts: {Recorded} recorded, {Kept} kept until their message is known, {Ignored} ignored.")]
    public static partial void ReceiptsTaken(this ILogger logger, int recorded, int kept, int ignored);

    [LoggerMessage(5006, LogLevel.Warning, "The plugin configuration of SMS module {Module} works and should be changed: {Warning}")]
    public static partial void PluginConfigurationWarning(this ILogger logger, string module, string warning);

    [LoggerMessage(5007, LogLevel.Warning, "Networks of {Country} refuse names as senders; '{Sender}' may not be shown there, or the message refused.")]
    public static partial void NameRefusedByNetworks(this ILogger logger, string sender, string country);
}
