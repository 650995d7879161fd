namespace SuperMail.Dispatch.LedgerConformance;

/// <summary>What a ledger's test project writes once: how to get an empty ledger, and how time passes for it.</summary>
public abstract class LedgerUnderTest : IAsyncDisposable
{
    /// <summary>The ledger; empty at first.</summary>
    public abstract IMailingLedger Ledger { get; }

    /// <summary>The time by the ledger's clock. Stands still but for <see cref="AdvanceAsync"/>.</summary>
    public abstract DateTimeOffset Now { get; }

    /// <summary>Opens an empty ledger.</summary>
    public abstract ValueTask StartAsync();

    /// <summary>Lets time pass.</summary>
    public abstract ValueTask AdvanceAsync(TimeSpan by);

    /// <summary>For a durable ledger: leaves it as a process that dies does, and opens it again over what it kept.</summary>
    public virtual ValueTask ReopenAsync() => throw new NotSupportedException("Only a durable ledger can be opened again.");

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
