using Microsoft.Extensions.Logging;

namespace SuperMail.Dispatch.Telemetry;

internal static partial class DispatchLog
{
    [LoggerMessage(4001, LogLevel.Error, "The reloaded mailing settings of dispatcher '{Dispatcher}' are refused; the last good ones stay in force. {Fault}")]
    public static partial void SettingsReloadRefused(ILogger logger, string dispatcher, string fault);

    [LoggerMessage(4002, LogLevel.Information, "The mailing settings of dispatcher '{Dispatcher}' are valid again and in force.")]
    public static partial void SettingsRecovered(ILogger logger, string dispatcher);
}
