namespace SuperMail.Dispatch;

/// <summary>
/// How fast mailings of a kind may leave now. The settings are the upper bound; a relay or gateway that asks to be left in
/// peace lowers it for all mailings that go over it, and what it takes afterwards wins it back.
/// </summary>
public sealed record LanePace
{
    /// <summary>Connections (for SMS: batches) that may carry messages at once.</summary>
    public required int Connections { get; init; }

    /// <summary>Messages a minute over all connections; 0 = no limit.</summary>
    public required int MessagesPerMinute { get; init; }

    /// <summary>Messages after which the relay was found to close a connection, twice running; null = none known. Forgotten after an hour.</summary>
    public int? MessagesPerConnection { get; init; }

    /// <summary>Since when it is slower than the settings; null = it is not.</summary>
    public DateTimeOffset? SlowedSince { get; init; }

    /// <summary>Why, in the relay's words with addresses masked; null when it is not slowed down.</summary>
    public string? Reason { get; init; }

    /// <summary>How often this was asked for since the dispatcher was started.</summary>
    public long SlowDowns { get; init; }
}
