namespace SuperMail.Dispatch.Tests.Faults;

/// <summary>What becomes of a recipient, from the first attempt to the end.</summary>
public enum Fate
{
    /// <summary>Taken at the first attempt.</summary>
    Sent,

    /// <summary>Given back uncharged as often as need be, then taken; taken once.</summary>
    Again,

    /// <summary>Charged with one attempt, waits, then taken; taken once.</summary>
    Retry,

    /// <summary>Final; never taken.</summary>
    Failed,

    /// <summary>In doubt; never offered again.</summary>
    InDoubt,

    /// <summary>The mailing pauses, uncharged; once it is resumed, taken.</summary>
    Paused,
}

/// <summary>What becomes of the connection that met the fault.</summary>
public enum Conversation
{
    /// <summary>It goes on and ends with QUIT.</summary>
    GoesOn,

    /// <summary>Nothing more is said on it, not even QUIT.</summary>
    Over,

    /// <summary>It was ending anyway.</summary>
    WasEnding,
}

/// <summary>One line of the rules: in these phases these faults mean this.</summary>
/// <param name="Phases">Where.</param>
/// <param name="Faults">How.</param>
/// <param name="Struck">The fate of the recipient that the fault strikes.</param>
/// <param name="Connection">What becomes of the connection.</param>
/// <param name="Law">Why.</param>
internal sealed record FaultRule(FaultPhase[] Phases, Fault[] Faults, Fate Struck, Conversation Connection, string Law)
{
    /// <summary>Narrows the rule to some kinds of conversation; in words in <see cref="Where"/>.</summary>
    public Func<FaultCell, bool>? When { get; init; }

    public string Where { get; init; } = "";

    /// <summary>The fate of the recipient before the struck one, whose end of data may share the group of replies.</summary>
    public Fate Before { get; init; } = Fate.Sent;

    /// <summary>The fate of the recipient behind the struck one. Given back with it it may be, charged never.</summary>
    public Fate Behind { get; init; } = Fate.Again;

    public bool Holds(FaultCell cell) => Phases.Contains(cell.Phase) && Faults.Contains(cell.Fault) && (When is null || When(cell));
}
