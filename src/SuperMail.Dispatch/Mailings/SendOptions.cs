namespace SuperMail.Dispatch;

/// <summary>How long <see cref="IMailingDispatcher.SendAsync"/> waits.</summary>
public enum SendUntil
{
    /// <summary>Until every recipient is final, retries included (by default up to 24 hours).</summary>
    Final = 0,

    /// <summary>Until every recipient has been tried once; retries go on in the background.</summary>
    FirstPass,
}

/// <summary>Options of one <see cref="IMailingDispatcher.SendAsync"/>.</summary>
public sealed record SendOptions
{
    /// <summary>When it returns; default <see cref="SendUntil.Final"/>.</summary>
    public SendUntil Until { get; init; }
}

/// <summary>To whom a finished mailing is sent again.</summary>
public sealed record ResendSelection
{
    private ResendSelection()
    {
    }

    /// <summary>Those who have not received it: Failed and Cancelled. In doubt only through <c>ResolveInDoubtAsync</c>, Blocked never.</summary>
    public static ResendSelection Unsent { get; } = new();

    /// <summary>Null = the unsent ones.</summary>
    internal IReadOnlyCollection<long>? Ordinals { get; private init; }

    /// <summary>These recipients, by ordinal; those already sent need a ledger that keeps their data. Blocked ones are refused.</summary>
    public static ResendSelection Selected(IReadOnlyCollection<long> ordinals)
    {
        ArgumentNullException.ThrowIfNull(ordinals);
        return new() { Ordinals = ordinals };
    }
}

/// <summary>What becomes of recipients in doubt.</summary>
public enum InDoubtDecision
{
    /// <summary>Counted as sent.</summary>
    AssumeSent = 0,

    /// <summary>Sent again; each may be a duplicate.</summary>
    Resend,

    /// <summary>Counted as failed.</summary>
    Fail,
}
