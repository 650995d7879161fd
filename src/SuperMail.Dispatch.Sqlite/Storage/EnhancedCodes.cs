namespace SuperMail.Dispatch.Sqlite;

/// <summary>An enhanced status code as one number: 5.1.10 is 5001010; each part has three digits at most (RFC 3463 §2).</summary>
internal static class EnhancedCodes
{
    public static long ToColumn(EnhancedStatusCode code) => (code.Class * 1_000_000L) + (code.Subject * 1000L) + code.Detail;

    public static EnhancedStatusCode FromColumn(long value) =>
        new((byte)(value / 1_000_000), (ushort)(value / 1000 % 1000), (ushort)(value % 1000));
}
