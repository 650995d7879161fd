namespace SuperMail.Dispatch.Testing;

/// <summary>The server's script. Rules of a verb are tried in the order in which they were added; the first one that
/// matches and has uses left is taken.</summary>
internal sealed class RuleBook(SignalBoard signals)
{
    private readonly Lock _lock = new();

    // Replaced whole on each change, so that sessions read it without a lock.
    private readonly SmtpRule[][] _byVerb = [.. Enumerable.Repeat(Array.Empty<SmtpRule>(), SmtpTestServer.VerbCount)];

    public SmtpRule Add(SmtpVerb verb, SmtpAction action, Func<ReceivedCommand, bool>? when, int? times)
    {
        if (times is { } uses)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(uses, nameof(times));
        }

        var rule = new SmtpRule(verb, action, when, times, signals);
        lock (_lock)
        {
            Volatile.Write(ref _byVerb[(int)verb], [.. _byVerb[(int)verb], rule]);
        }

        return rule;
    }

    public bool Has(SmtpVerb verb) => Volatile.Read(ref _byVerb[(int)verb]).Length > 0;

    public SmtpAction? Match(ReceivedCommand command)
    {
        foreach (SmtpRule rule in Volatile.Read(ref _byVerb[(int)command.Verb]))
        {
            if (rule.TryUse(command))
            {
                return rule.Action;
            }
        }

        return null;
    }
}
