using SuperMail.Dispatch.Partitioning;
using Xunit;

namespace SuperMail.Dispatch.Tests.Partitioning;

public class RoundRobinTests
{
    [Fact]
    public void Equal_mailings_never_differ_by_more_than_one_window()
    {
        MailingFeed[] feeds = [Feed(MailingPriority.Normal), Feed(MailingPriority.Normal), Feed(MailingPriority.Normal)];
        var started = new int[3];
        for (var i = 0; i < 300; i++)
        {
            started[Array.IndexOf(feeds, RoundRobin.Next(feeds, _ => true))]++;
            Assert.True(started.Max() - started.Min() <= 1);
        }
    }

    [Fact]
    public void Priorities_share_four_to_two_to_one()
    {
        MailingFeed[] feeds = [Feed(MailingPriority.High), Feed(MailingPriority.Normal), Feed(MailingPriority.Low)];
        var started = new int[3];
        for (var i = 0; i < 700; i++)
        {
            started[Array.IndexOf(feeds, RoundRobin.Next(feeds, _ => true))]++;
        }

        Assert.Equal([400, 200, 100], started);
    }

    [Fact]
    public void Nobody_eligible_gives_nobody() => Assert.Null(RoundRobin.Next([Feed(MailingPriority.High)], _ => false));

    private static MailingFeed Feed(MailingPriority priority) => new(MailingId.Create(), MailingFeed.WeightOf(priority));
}
