using SuperMail.Dispatch.Pacing;
using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Pacing;

public class PacerTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public void Without_a_limit_nobody_waits()
    {
        var pacer = new Pacer(new FakeClock());
        Assert.True(Enumerable.Range(0, 1000).All(_ => pacer.WaitAsync(0, Token).AsTask().IsCompletedSuccessfully));
    }

    [Fact]
    public async Task Messages_are_spaced_evenly_and_never_come_in_a_burst_of_a_whole_minute()
    {
        var clock = new FakeClock();
        var pacer = new Pacer(clock);
        Assert.True(pacer.WaitAsync(60, Token).AsTask().IsCompleted);
        for (var i = 0; i < 5; i++)
        {
            var next = pacer.WaitAsync(60, Token).AsTask();
            Assert.False(next.IsCompleted);
            clock.Advance(TimeSpan.FromMilliseconds(970));
            Assert.False(next.IsCompleted);
            clock.Advance(TimeSpan.FromMilliseconds(30));
            await next;
        }
    }

    [Fact]
    public void A_long_silence_saves_nothing_up()
    {
        var clock = new FakeClock();
        var pacer = new Pacer(clock);
        _ = pacer.WaitAsync(60, Token).AsTask();
        clock.Advance(TimeSpan.FromHours(1));
        Assert.True(pacer.WaitAsync(60, Token).AsTask().IsCompleted);
        Assert.False(pacer.WaitAsync(60, Token).AsTask().IsCompleted);
    }
}
