namespace SuperMail.Dispatch.Smtp;

/// <summary>What relays say in words only. Each list holds phrases that were seen at real relays.</summary>
internal static class RelayTexts
{
    private static readonly string[] s_period = ["daily", "per day", "24 hour", "24-hour", "today"];
    private static readonly string[] s_limit = ["limit", "quota", "exceed", "maximum"];
    private static readonly string[] s_throttle = ["throttl", "rate exceeded", "sending rate", "too many connections", "try again more slowly"];
    private static readonly string[] s_cap = ["too many messages in this connection", "messages per connection", "messages per session", "max messages", "too many transactions", "too many messages"];

    /// <summary>
    /// The sender's day is used up ("550 5.4.5 Daily user sending limit exceeded"). A mailbox that is full or flooded
    /// (x.2.x) is another thing.
    /// </summary>
    public static bool IsDailyQuota(in SmtpReply reply) =>
        reply.Refuses && reply.Enhanced.Subject != 2 && Has(reply.Text, s_period) && Has(reply.Text, s_limit);

    /// <summary>Too fast or too many at once ("454 Throttling failure: Maximum sending rate exceeded").</summary>
    public static bool IsThrottling(in SmtpReply reply) => Has(reply.Text, s_throttle);

    /// <summary>This connection has had its share ("421 too many messages in this connection").</summary>
    public static bool IsMessageCap(in SmtpReply reply) => Has(reply.Text, s_cap);

    private static bool Has(string? text, string[] phrases)
    {
        foreach (var phrase in phrases)
        {
            if (text?.Contains(phrase, StringComparison.OrdinalIgnoreCase) == true)
            {
                return true;
            }
        }

        return false;
    }
}
