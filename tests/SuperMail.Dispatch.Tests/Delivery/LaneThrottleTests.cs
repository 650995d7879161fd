using SuperMail.Dispatch.Delivery;
using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Delivery;

public class LaneThrottleTests
{
    private readonly FakeClock _clock = new();
    private readonly List<int> _limits = [];
    private int _rate;

    [Fact]
    public void A_slow_down_halves_connections_and_rate_and_says_since_when_and_why()
    {
        var throttle = Throttle(8);
        _rate = 1200;
        throttle.SlowDown("421 too many from you@example.org");
        var pace = throttle.Pace(throttle.MessagesPerMinute);
        Assert.Equal((4, 600, 1), (pace.Connections, pace.MessagesPerMinute, pace.SlowDowns));
        Assert.Equal(_clock.GetUtcNow(), pace.SlowedSince);
        Assert.StartsWith("421 too many from", pace.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("you@", pace.Reason, StringComparison.Ordinal);
        Assert.Equal([4], _limits);
    }

    [Fact]
    public void Replies_of_one_burst_count_once_and_a_later_one_halves_again_and_keeps_the_time()
    {
        var throttle = Throttle(8);
        var start = _clock.GetUtcNow();
        _rate = 1200;
        throttle.SlowDown("421");
        throttle.SlowDown("421");
        Assert.Equal(600, throttle.MessagesPerMinute);
        _clock.Advance(TimeSpan.FromSeconds(1));
        _rate = 0; // nothing left in that second
        throttle.SlowDown("454");
        var pace = throttle.Pace(throttle.MessagesPerMinute);
        Assert.Equal((2, 300, 2, "454"), (pace.Connections, pace.MessagesPerMinute, pace.SlowDowns, pace.Reason));
        Assert.Equal(start, pace.SlowedSince);
    }

    [Fact]
    public void Each_hundred_accepted_messages_win_back_a_connection_and_a_tenth_of_the_rate_until_nothing_is_held_back()
    {
        var throttle = Throttle(4);
        _rate = 1000;
        throttle.SlowDown("421");
        var seen = new List<(int, int)>();
        while (throttle.IsSlowed)
        {
            for (var i = 0; i < 100; i++)
            {
                throttle.Accepted();
            }

            var pace = throttle.Pace(throttle.MessagesPerMinute);
            seen.Add((pace.Connections, pace.MessagesPerMinute));
        }

        Assert.Equal([(3, 600), (4, 700), (4, 800), (4, 900), (4, 0)], seen);
        var last = throttle.Pace(throttle.MessagesPerMinute);
        Assert.Equal((null, null, 1), (last.SlowedSince, last.Reason, last.SlowDowns));
    }

    [Fact]
    public void A_minute_without_another_word_wins_back_as_much_as_a_hundred_messages()
    {
        var throttle = Throttle(4);
        _rate = 1000;
        throttle.SlowDown("421");
        _clock.Advance(TimeSpan.FromSeconds(60)); // one of them was the pause
        throttle.Accepted();
        Assert.Equal(500, throttle.MessagesPerMinute);
        _clock.Advance(TimeSpan.FromSeconds(1));
        throttle.Accepted();
        throttle.Accepted();
        Assert.Equal((3, 600), (throttle.Pace(0).Connections, throttle.MessagesPerMinute));
    }

    [Fact]
    public void A_relay_that_asks_once_in_fifty_messages_is_not_held_to_the_least_rate_for_good()
    {
        var throttle = Throttle(4);
        _rate = 1200;
        throttle.SlowDown("421");
        for (var sent = 1; sent <= 10_000; sent++)
        {
            _rate = throttle.MessagesPerMinute;
            _clock.Advance(TimeSpan.FromMinutes(1) / _rate);
            throttle.Accepted();
            if (sent % 50 == 0)
            {
                throttle.SlowDown("421");
                _clock.Advance(TimeSpan.FromSeconds(1));
            }
        }

        // Halved some two hundred times; what comes back is a tenth of 1,200 for each minute that fifty messages take.
        Assert.InRange(throttle.MessagesPerMinute, 30, 300);
    }

    [Fact]
    public void A_rate_that_cannot_be_told_is_not_lowered()
    {
        var throttle = Throttle(4);
        throttle.SlowDown("421");
        Assert.Equal(0, throttle.MessagesPerMinute);
        Assert.Equal(2, throttle.Pace(0).Connections);
    }

    [Fact]
    public void However_often_it_is_asked_for_one_message_in_ten_seconds_may_leave()
    {
        var throttle = Throttle(4);
        _rate = 1000;
        for (var i = 0; i < 30; i++)
        {
            throttle.SlowDown("421");
            _clock.Advance(TimeSpan.FromMinutes(6));
        }

        Assert.Equal((1, LearntRate.Least), (throttle.Pace(0).Connections, throttle.MessagesPerMinute));
    }

    private LaneThrottle Throttle(int threads) => new(_clock, () => threads, () => _rate, _limits.Add, static (_, _) => { });
}
