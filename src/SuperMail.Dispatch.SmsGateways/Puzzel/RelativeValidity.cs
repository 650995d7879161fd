namespace SuperMail.Dispatch.SmsGateways.Puzzel;

/// <summary>A validity as one octet (3GPP TS 23.040 §9.2.3.12.1): the steps grow with the length.</summary>
internal static class RelativeValidity
{
    public static TimeSpan Longest { get; } = TimeSpan.FromDays(63 * 7);

    /// <summary>The least value that lasts as long, 0 to 255.</summary>
    public static int Of(TimeSpan validity)
    {
        var minutes = Math.Min(validity.TotalMinutes, Longest.TotalMinutes);
        const int day = 24 * 60;
        return minutes <= 12 * 60 ? Math.Max(0, Steps(minutes, 5) - 1)
            : minutes <= day ? 143 + Steps(minutes - (12 * 60), 30)
            : minutes <= 30 * day ? 166 + Steps(minutes, day)
            : 192 + Math.Max(5, Steps(minutes, 7 * day));
    }

    private static int Steps(double minutes, int step) => (int)Math.Ceiling(minutes / step);
}
