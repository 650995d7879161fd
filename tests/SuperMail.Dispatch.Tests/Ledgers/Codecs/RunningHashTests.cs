using SuperMail.Dispatch.Ledgers;
using Xunit;

namespace SuperMail.Dispatch.Tests.Ledgers.Codecs;

public sealed class RunningHashTests
{
    private static StoredRecipient Recipient(string address, params string?[] values) => new() { Address = address, Values = values };

    [Fact]
    public void Asking_in_between_changes_nothing()
    {
        using var asked = new RunningHash();
        using var unasked = new RunningHash();
        for (var i = 0; i < 2000; i++)
        {
            asked.Add(Recipient($"r{i}@example.org", "x"));
            unasked.Add(Recipient($"r{i}@example.org", "x"));
            if (i % 300 == 0)
            {
                asked.Current();
            }
        }

        Assert.Equal(unasked.Current().ToArray(), asked.Current().ToArray());
    }

    [Fact]
    public void A_value_that_moves_to_the_next_recipient_shows()
    {
        using var one = new RunningHash();
        one.Add(Recipient("a", "b"));
        one.Add(Recipient("c"));
        using var other = new RunningHash();
        other.Add(Recipient("a"));
        other.Add(Recipient("c", "b"));
        Assert.NotEqual(one.Current().ToArray(), other.Current().ToArray());
    }

    [Fact]
    public void What_was_judged_does_not_count()
    {
        using var one = new RunningHash();
        one.Add(Recipient("a"));
        using var other = new RunningHash();
        other.Add(Recipient("a") with { PreJudged = new OutcomeCode(OutcomeKind.Duplicate), Attempts = 3 });
        Assert.Equal(one.Current().ToArray(), other.Current().ToArray());
    }
}
