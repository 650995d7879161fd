using System.Globalization;

namespace SuperMail.Dispatch.Reports;

/// <summary>
/// A pause that ends by itself. Its time stands at the end of the reason, where operators read it and every ledger keeps it;
/// the host's own pause has no reason and ends when the host says so.
/// </summary>
internal static class TimedPause
{
    private const string Announcement = " Goes on by itself at ";
    private const string Format = "yyyy-MM-ddTHH:mm:ssZ";

    public static string Reason(string why, DateTimeOffset until) =>
        why + Announcement + until.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture) + ".";

    /// <summary>The time in a reason, in whole seconds; null when it names none.</summary>
    public static DateTimeOffset? TimeIn(string? reason)
    {
        var at = reason?.LastIndexOf(Announcement, StringComparison.Ordinal) ?? -1;
        return at >= 0
            && DateTimeOffset.TryParseExact(
                reason.AsSpan(at + Announcement.Length).TrimEnd('.'), Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until)
                ? until
                : null;
    }
}
