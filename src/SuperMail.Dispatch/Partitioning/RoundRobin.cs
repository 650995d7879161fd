namespace SuperMail.Dispatch.Partitioning;

/// <summary>Whose window comes next: smooth weighted round robin, so that equal mailings alternate.</summary>
internal static class RoundRobin
{
    /// <summary>The next feed among the eligible ones, or null.</summary>
    public static MailingFeed? Next(IEnumerable<MailingFeed> feeds, Func<MailingFeed, bool> eligible)
    {
        MailingFeed? best = null;
        var total = 0;
        foreach (var feed in feeds)
        {
            if (!eligible(feed))
            {
                continue;
            }

            feed.Credit += feed.Weight;
            total += feed.Weight;
            if (best is null || feed.Credit > best.Credit)
            {
                best = feed;
            }
        }

        if (best is not null)
        {
            best.Credit -= total;
        }

        return best;
    }
}
