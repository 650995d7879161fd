using SuperMail.Dispatch.LedgerConformance;
using SuperMail.Dispatch.Ledgers;
using SuperMail.Dispatch.Testing;

namespace SuperMail.Dispatch.Tests.Ledgers.Memory;

public sealed class InMemoryUnderTest : LedgerUnderTest
{
    private readonly FakeClock _clock = new();
    private InMemoryLedger? _ledger;

    public override IMailingLedger Ledger => _ledger!;

    public override DateTimeOffset Now => _clock.GetUtcNow();

    public override ValueTask StartAsync()
    {
        _ledger = new InMemoryLedger(_clock);
        return ValueTask.CompletedTask;
    }

    public override ValueTask AdvanceAsync(TimeSpan by)
    {
        _clock.Advance(by);
        return ValueTask.CompletedTask;
    }

    public override ValueTask DisposeAsync() => Ledger.DisposeAsync();
}

public sealed class InMemoryCreation : CreationConformance<InMemoryUnderTest>;

public sealed class InMemoryClaims : ClaimConformance<InMemoryUnderTest>;

public sealed class InMemoryWindows : WindowConformance<InMemoryUnderTest>;

public sealed class InMemoryCompletion : CompletionConformance<InMemoryUnderTest>;

public sealed class InMemoryControl : ControlConformance<InMemoryUnderTest>;

public sealed class InMemoryFencing : FencingConformance<InMemoryUnderTest>;

public sealed class InMemoryReading : ReadingConformance<InMemoryUnderTest>;

public sealed class InMemoryInDoubt : RevisionConformance<InMemoryUnderTest>;

public sealed class InMemoryWaits : WaitConformance<InMemoryUnderTest>;

public sealed class InMemoryModel : ModelConformance<InMemoryUnderTest>;

public sealed class InMemoryConcurrency : ConcurrencyConformance<InMemoryUnderTest>;
