namespace SuperMail.Dispatch;

/// <summary>A lane's share: asked for with a heartbeat, granted in its answer. One host gets what it asked for.</summary>
/// <param name="Lane">The lane.</param>
/// <param name="Slots">Connections at once.</param>
/// <param name="Quota">The most e-mails over all simultaneous connections.</param>
/// <param name="MessagesPerMinute">0 = no limit.</param>
public readonly record struct LaneGrant(string Lane, int Slots, int Quota, int MessagesPerMinute);

/// <summary>The lanes of this library, by the names under which ledgers know them.</summary>
internal static class LaneNames
{
    public const string Email = "email";

    public const string Sms = "sms";
}

/// <summary>A changed control of a mailing.</summary>
/// <param name="Mailing">The mailing.</param>
/// <param name="Desired">What is wanted now.</param>
/// <param name="Version">Its control version.</param>
/// <param name="Reason">Why.</param>
public readonly record struct ControlChange(MailingId Mailing, DesiredState Desired, long Version, string? Reason);

/// <summary>The answer to a heartbeat.</summary>
/// <param name="Lease">How long the lease holds from now.</param>
/// <param name="Changes">Controls that changed since the last one.</param>
/// <param name="Grants">A share for each wish.</param>
public sealed record Heartbeat(TimeSpan Lease, IReadOnlyList<ControlChange> Changes, IReadOnlyList<LaneGrant> Grants);

/// <summary>Somebody else changed it meanwhile.</summary>
public sealed class LedgerConflictException : InvalidOperationException
{
    /// <summary>A conflict, with what was expected and what was found.</summary>
    public LedgerConflictException(string message)
        : base(message)
    {
    }
}
