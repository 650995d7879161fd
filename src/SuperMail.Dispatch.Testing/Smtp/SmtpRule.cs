namespace SuperMail.Dispatch.Testing;

/// <summary>One line of the server's script: at this verb, when the predicate holds, do this. Made by
/// <see cref="SmtpTestServer.On(SmtpVerb, string, Func{ReceivedCommand, bool}?, int?)"/>.</summary>
public sealed class SmtpRule
{
    private readonly Func<ReceivedCommand, bool>? _when;
    private readonly SignalBoard _signals;
    private int _remaining;
    private int _hits;

    internal SmtpRule(SmtpVerb verb, SmtpAction action, Func<ReceivedCommand, bool>? when, int? times, SignalBoard signals)
    {
        Verb = verb;
        Action = action;
        _when = when;
        _remaining = times ?? -1;
        _signals = signals;
    }

    /// <summary>The command or moment this rule answers.</summary>
    public SmtpVerb Verb { get; }

    /// <summary>What is done.</summary>
    public SmtpAction Action { get; }

    /// <summary>How often the rule was used.</summary>
    public int Hits => Volatile.Read(ref _hits);

    /// <summary>How often it can still be used; null means always.</summary>
    public int? RemainingUses => Volatile.Read(ref _remaining) is var left && left < 0 ? null : left;

    /// <summary>Takes the rule out of the script.</summary>
    public void Remove() => Volatile.Write(ref _remaining, 0);

    /// <summary>Completes when the rule has been used this often.</summary>
    /// <param name="count">How often.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitForHitsAsync(int count = 1, CancellationToken cancellationToken = default) =>
        _signals.WaitAsync(() => Hits >= count, cancellationToken);

    /// <summary>True when the rule matches; one use is taken with it.</summary>
    internal bool TryUse(ReceivedCommand command)
    {
        if (Volatile.Read(ref _remaining) == 0 || (_when is not null && !_when(command)))
        {
            return false;
        }

        // Two connections may come for the last use at once: one of them gets it.
        int left;
        while ((left = Volatile.Read(ref _remaining)) > 0)
        {
            if (Interlocked.CompareExchange(ref _remaining, left - 1, left) == left)
            {
                break;
            }
        }

        if (left == 0)
        {
            return false;
        }

        Interlocked.Increment(ref _hits);
        _signals.Pulse();
        return true;
    }
}
