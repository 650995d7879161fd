namespace SuperMail.Dispatch.Outcomes;

/// <summary>When a transiently refused recipient is tried again, and when it is given up.</summary>
/// <remarks>The clock of a recipient starts at its first reply; outages and pauses bring no reply and do not count.</remarks>
internal sealed class RetrySchedule(IReadOnlyList<TimeSpan> waits, TimeSpan giveUpAfter, int maxAttempts)
{
    private static readonly TimeSpan[] Default =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(60),
    ];

    private readonly IReadOnlyList<TimeSpan> _waits = waits.Count > 0 ? waits : Default;

    /// <summary>True when an attempt that was refused now, this long after the first reply, was the last one.</summary>
    public bool GivesUp(int attempts, TimeSpan sinceFirstReply) =>
        attempts >= maxAttempts || sinceFirstReply >= giveUpAfter;

    /// <summary>What a transient refusal heard now means for a recipient with this history.</summary>
    /// <param name="attempts">Attempts that were answered before.</param>
    /// <param name="firstReply">When the first reply came, in Unix seconds; 0 = this is it.</param>
    /// <param name="now">The moment of this one.</param>
    public OutcomeCode Judge(int attempts, long firstReply, DateTimeOffset now)
    {
        var since = firstReply == 0 ? TimeSpan.Zero : now - DateTimeOffset.FromUnixTimeSeconds(firstReply);
        return GivesUp(attempts + 1, since)
            ? new OutcomeCode(OutcomeKind.Failed, OutcomeReason.GaveUp)
            : new OutcomeCode(OutcomeKind.Retry, OutcomeReason.Reply);
    }

    /// <summary>How long to wait after this many attempts (from 1), with up to a tenth of jitter so that a list does not come back in one burst.</summary>
    public TimeSpan WaitAfter(int attempts, double jitter)
    {
        var wait = _waits[Math.Clamp(attempts - 1, 0, _waits.Count - 1)];
        return wait + (wait * (0.1 * Math.Clamp(jitter, 0, 1)));
    }
}
