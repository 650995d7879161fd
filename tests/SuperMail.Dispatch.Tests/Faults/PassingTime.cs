using SuperMail.Dispatch.Testing;

namespace SuperMail.Dispatch.Tests.Faults;

/// <summary>Lets a faked clock run while real sockets carry a conversation: short waits pass at once, time-outs never by accident.</summary>
internal static class PassingTime
{
    // Pauses, idle connections, probes and retries are seconds, time-outs a minute and more.
    private static readonly TimeSpan s_short = TimeSpan.FromSeconds(8);

    /// <summary>Lets every short wait pass until the task has ended.</summary>
    public static async Task<T> UntilAsync<T>(this FakeClock clock, Task<T> ending, CancellationToken token, TimeSpan? longest = null)
    {
        while (!ending.IsCompleted)
        {
            await Task.WhenAny(ending, clock.WaitForTimerDueWithinAsync(longest ?? s_short, token));
            token.ThrowIfCancellationRequested();
            if (!ending.IsCompleted && clock.NextDue is { } wait && wait <= (longest ?? s_short))
            {
                clock.Advance(wait);
            }
        }

        return await ending;
    }

    /// <summary>Lets the time-out of the one connection pass that has met silence.</summary>
    /// <remarks>
    /// The client may begin to wait later than the server falls silent; then the first step only takes a timer away that
    /// nobody needs, and the wait begins anew. The other time-outs are so much longer that some steps do not reach them.
    /// </remarks>
    public static async Task PassTimeoutAsync(this FakeClock clock, SmtpTestServer server, Task ending, CancellationToken token)
    {
        var connection = server.TotalConnections;
        var gone = server.WaitForIdleAsync(token);
        while (!ending.IsCompleted && !gone.IsCompleted && server.TotalConnections == connection)
        {
            var timer = clock.WaitForTimerDueWithinAsync(FaultScript.Timeout, token);
            if (await Task.WhenAny(ending, gone, timer, server.WaitForConnectionsAsync(connection + 1, token)) == timer
                && server.TotalConnections == connection)
            {
                clock.Advance(clock.NextDue ?? TimeSpan.Zero);
            }
        }

        token.ThrowIfCancellationRequested();
    }
}
