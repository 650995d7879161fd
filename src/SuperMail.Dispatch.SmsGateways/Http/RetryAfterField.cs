using System.Net.Http.Headers;

namespace SuperMail.Dispatch.SmsGateways.Http;

/// <summary>Reads Retry-After (RFC 9110 §10.2.3): seconds or a date.</summary>
internal static class RetryAfterField
{
    /// <summary>A field that asks for a year, by mistake or by malice, must not stop a channel for a year.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    // A moment of the past, or 0: come back, but not in the same breath.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    public static TimeSpan? Of(RetryConditionHeaderValue? field, TimeProvider time)
    {
        var wait = field?.Delta ?? field?.Date - time.GetUtcNow();
        return wait is null ? null : wait < Shortest ? Shortest : wait > Longest ? Longest : wait;
    }
}
