namespace SuperMail.Dispatch;

/// <summary>The class of an outcome: what a ledger counts by.</summary>
public enum OutcomeKind : byte
{
    /// <summary>No outcome yet.</summary>
    None = 0,

    /// <summary>Final: taken by the relay.</summary>
    Sent,

    /// <summary>Final: refused for good or given up.</summary>
    Failed,

    /// <summary>Goes into a child slice due later.</summary>
    Retry,

    /// <summary>Goes, uncharged, into a child slice due at once.</summary>
    NotSent,

    /// <summary>Final until resolved.</summary>
    InDoubt,

    /// <summary>Final: seen before in the same mailing.</summary>
    Duplicate,

    /// <summary>Final: suppressed.</summary>
    Blocked,

    /// <summary>Final: cancelled before it was sent.</summary>
    Cancelled,
}

/// <summary>Why, as far as one byte can tell.</summary>
public enum OutcomeReason : byte
{
    /// <summary>The kind says it all.</summary>
    None = 0,

    /// <summary>The relay's reply; the failure record holds it.</summary>
    Reply,

    /// <summary>The recipient has no address or number, a malformed one, or one that takes no messages.</summary>
    BadAddress,

    /// <summary>The message could not be composed from its values.</summary>
    BadContent,

    /// <summary>The address or a header needs SMTPUTF8 and the relay does not offer it.</summary>
    NeedsSmtpUtf8,

    /// <summary>Larger than the relay takes; for SMS more segments or characters than allowed.</summary>
    TooLarge,

    /// <summary>Transiently refused until the schedule ended.</summary>
    GaveUp,

    /// <summary>Assumed sent: in doubt, decided by policy or by the host.</summary>
    Assumed,

    /// <summary>The connection was lost before the end of data.</summary>
    ConnectionLost,

    /// <summary>Pause, cancel, stop or a change of connection.</summary>
    Stopped,

    /// <summary>A process ended between begin and outcome.</summary>
    ProcessEnded,

    /// <summary>In doubt, sent again by policy or by the host's decision: the only place where a duplicate can come from.</summary>
    ResentInDoubt,

    /// <summary>SMS: the sender is not allowed; the failure record holds the provider's words.</summary>
    BadSender,

    /// <summary>SMS: barred by the provider (region, route, spam filter).</summary>
    Barred,

    /// <summary>SMS: the recipient said STOP.</summary>
    OptedOut,
}

/// <summary>The two bytes that a ledger keeps of an outcome.</summary>
/// <param name="Kind">What a ledger counts by.</param>
/// <param name="Reason">Why.</param>
public readonly record struct OutcomeCode(OutcomeKind Kind, OutcomeReason Reason = OutcomeReason.None)
{
    /// <summary>True when nothing further happens to the recipient by itself.</summary>
    public bool IsFinal => Kind is not (OutcomeKind.None or OutcomeKind.Retry or OutcomeKind.NotSent);

    /// <summary>Kind in the high byte, reason in the low byte.</summary>
    public ushort ToUInt16() => (ushort)(((int)Kind << 8) | (int)Reason);

    /// <summary>Reads what <see cref="ToUInt16"/> wrote.</summary>
    public static OutcomeCode FromUInt16(ushort value) => new((OutcomeKind)(value >> 8), (OutcomeReason)(value & 0xFF));

    /// <summary>The state of a recipient whose latest outcome this is.</summary>
    public RecipientState ToState() => Kind switch
    {
        OutcomeKind.Sent => RecipientState.Sent,
        OutcomeKind.Failed => RecipientState.Failed,
        OutcomeKind.Retry => RecipientState.Retry,
        OutcomeKind.InDoubt => RecipientState.InDoubt,
        OutcomeKind.Duplicate => RecipientState.Duplicate,
        OutcomeKind.Blocked => RecipientState.Blocked,
        OutcomeKind.Cancelled => RecipientState.Cancelled,
        _ => RecipientState.Ready,
    };
}
