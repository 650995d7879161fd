using System.Globalization;

namespace SuperMail.Dispatch.SmsGateways.Callbacks;

/// <summary>Reads the times of callbacks; what says no zone is taken as UTC.</summary>
internal static class CallbackTime
{
    private const DateTimeStyles Style = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal | DateTimeStyles.AllowWhiteSpaces;

    private static readonly string[] Forms = ["yyyy-MM-dd HH:mm:ss", "yyyy.MM.dd HH:mm:ss", "yyyy.MM.dd HH:mm", "yyyyMMdd HH:mm:ss", "yyyyMMddHHmmss"];

    /// <summary>The moment; null when there is none, or none that can be read: a receipt is worth more than its time.</summary>
    public static DateTimeOffset? Read(string? text) =>
        DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, Style, out var moment)
        || (text?.Contains('T', StringComparison.Ordinal) == true && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Style, out moment))
            ? moment
            : null;

    /// <summary>Seconds since 1970.</summary>
    public static DateTimeOffset? ReadEpoch(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 253402300800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
