using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Testing;

public sealed class FakeClockTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Time_stands_still_until_it_is_advanced()
    {
        var clock = new FakeClock();
        long before = clock.GetTimestamp();
        Assert.Equal(FakeClock.DefaultStart, clock.GetUtcNow());
        clock.Advance(Second);
        Assert.Equal(FakeClock.DefaultStart + Second, clock.GetUtcNow());
        Assert.Equal(Second, clock.GetElapsedTime(before));
    }

    [Fact]
    public void Timers_fire_in_the_order_they_are_due_each_at_its_own_time()
    {
        var clock = new FakeClock();
        var fired = new List<(string Name, TimeSpan At)>();
        using ITimer late = Arm("late", 3);
        using ITimer early = Arm("early", 1);
        using ITimer alsoLate = Arm("also late", 3);
        Assert.Equal((3, Second), (clock.PendingTimers, clock.NextDue));
        clock.Advance(5 * Second);
        Assert.Equal([("early", Second), ("late", 3 * Second), ("also late", 3 * Second)], fired);
        Assert.Equal((0, null), (clock.PendingTimers, clock.NextDue));
        Assert.Equal(FakeClock.DefaultStart + (5 * Second), clock.GetUtcNow());

        ITimer Arm(string name, int seconds) => clock.CreateTimer(
            _ => fired.Add((name, clock.GetUtcNow() - FakeClock.DefaultStart)), null, seconds * Second, Timeout.InfiniteTimeSpan);
    }

    [Fact]
    public void A_periodic_timer_fires_at_every_period_until_disposed()
    {
        var clock = new FakeClock();
        int fired = 0;
        ITimer timer = clock.CreateTimer(_ => fired++, null, Second, 2 * Second);
        clock.Advance(5 * Second);
        Assert.Equal(3, fired);
        timer.Dispose();
        clock.Advance(5 * Second);
        Assert.Equal(3, fired);
        Assert.False(timer.Change(Second, Second));
    }

    [Fact]
    public void A_timer_can_be_moved_and_stopped()
    {
        var clock = new FakeClock();
        int fired = 0;
        using ITimer timer = clock.CreateTimer(_ => fired++, null, Second, Timeout.InfiniteTimeSpan);
        Assert.True(timer.Change(3 * Second, Timeout.InfiniteTimeSpan));
        clock.Advance(2 * Second);
        Assert.Equal(0, fired);
        clock.Advance(Second);
        Assert.Equal(1, fired);
        timer.Change(Second, Second);
        timer.Change(Timeout.InfiniteTimeSpan, Second);
        clock.Advance(10 * Second);
        Assert.Equal(1, fired);
    }

    [Fact]
    public void What_a_callback_arms_fires_in_the_same_advance()
    {
        var clock = new FakeClock();
        int fired = 0;
        ITimer? timer = null;
        timer = clock.CreateTimer(
            _ =>
            {
                if (++fired < 4)
                {
                    timer!.Change(Second, Timeout.InfiniteTimeSpan);
                }
            },
            null, Second, Timeout.InfiniteTimeSpan);
        clock.Advance(10 * Second);
        Assert.Equal(4, fired);
    }

    [Fact]
    public async Task A_delay_and_a_cancellation_follow_the_clock()
    {
        var clock = new FakeClock();
        Task delay = Task.Delay(Second, clock);
        using var cancel = new CancellationTokenSource(2 * Second, clock);
        Assert.False(delay.IsCompleted);
        clock.Advance(Second);
        await delay;
        Assert.False(cancel.IsCancellationRequested);
        clock.SetUtcNow(FakeClock.DefaultStart + (2 * Second));
        Assert.True(cancel.IsCancellationRequested);
    }

    [Fact]
    public async Task A_timer_due_at_once_fires_without_an_advance()
    {
        var clock = new FakeClock();
        var fired = new TaskCompletionSource();
        await using ITimer timer = clock.CreateTimer(_ => fired.SetResult(), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        await fired.Task;
    }

    [Fact]
    public async Task A_test_can_wait_until_the_timer_is_armed()
    {
        var clock = new FakeClock();
        Task two = clock.WaitForTimersAsync(2);
        Task minute = clock.WaitForTimerDueInAsync(TimeSpan.FromMinutes(1));
        await Task.Run(() => { _ = Task.Delay(Second, clock); });
        Assert.False(two.IsCompleted);
        Assert.False(minute.IsCompleted);
        await Task.Run(() => { _ = Task.Delay(TimeSpan.FromMinutes(1), clock); });
        await two;
        await minute;
    }

    [Fact]
    public void A_step_of_the_wall_clock_moves_no_timer()
    {
        var clock = new FakeClock();
        int fired = 0;
        using ITimer timer = clock.CreateTimer(_ => fired++, null, Second, Timeout.InfiniteTimeSpan);
        long before = clock.GetTimestamp();
        clock.StepWallClock(TimeSpan.FromHours(1));
        clock.StepWallClock(TimeSpan.FromHours(-2));
        Assert.Equal(0, fired);
        Assert.Equal(before, clock.GetTimestamp());
        Assert.Equal(FakeClock.DefaultStart - TimeSpan.FromHours(1), clock.GetUtcNow());
        Assert.Equal(Second, clock.NextDue);
    }

    [Fact]
    public void The_clock_never_runs_backwards()
    {
        var clock = new FakeClock();
        Assert.Throws<ArgumentOutOfRangeException>(() => clock.Advance(-Second));
        Assert.Throws<ArgumentOutOfRangeException>(() => clock.SetUtcNow(FakeClock.DefaultStart - Second));
    }

    [Fact]
    public async Task A_short_wait_is_noticed_among_long_ones()
    {
        var clock = new FakeClock();
        using ITimer far = clock.CreateTimer(_ => { }, null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
        Task near = clock.WaitForTimerDueWithinAsync(Second);
        Assert.False(near.IsCompleted);
        using ITimer soon = clock.CreateTimer(_ => { }, null, Second, Timeout.InfiniteTimeSpan);
        await near;
    }
}
