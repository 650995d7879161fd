using SuperMail.Dispatch.Outcomes;
using Xunit;

namespace SuperMail.Dispatch.Tests.Outcomes;

public class RetryScheduleTests
{
    private static readonly RetrySchedule Default = new([], TimeSpan.FromHours(24), 100);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 5)]
    [InlineData(3, 15)]
    [InlineData(4, 30)]
    [InlineData(5, 60)]
    [InlineData(50, 60)]
    public void Waits_grow_and_then_repeat_hourly(int attempts, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), Default.WaitAfter(attempts, 0));

    [Fact]
    public void Jitter_adds_up_to_a_tenth() =>
        Assert.Equal(TimeSpan.FromMinutes(66), Default.WaitAfter(5, 1));

    [Fact]
    public void It_ends_with_the_attempts_or_with_the_time_whichever_is_first()
    {
        Assert.False(Default.GivesUp(99, TimeSpan.FromHours(23)));
        Assert.True(Default.GivesUp(100, TimeSpan.Zero));
        Assert.True(Default.GivesUp(1, TimeSpan.FromHours(24)));
    }
}
