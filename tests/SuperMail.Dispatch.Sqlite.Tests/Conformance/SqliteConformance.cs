using SuperMail.Dispatch.LedgerConformance;

namespace SuperMail.Dispatch.Sqlite.Tests.Conformance;

public sealed class SqliteCreation : CreationConformance<SqliteUnderTest>;

public sealed class SqliteClaims : ClaimConformance<SqliteUnderTest>;

public sealed class SqliteWindows : WindowConformance<SqliteUnderTest>;

public sealed class SqliteCompletion : CompletionConformance<SqliteUnderTest>;

public sealed class SqliteControl : ControlConformance<SqliteUnderTest>;

public sealed class SqliteFencing : FencingConformance<SqliteUnderTest>;

public sealed class SqliteReading : ReadingConformance<SqliteUnderTest>;

public sealed class SqliteInDoubt : RevisionConformance<SqliteUnderTest>;

public sealed class SqliteWaits : WaitConformance<SqliteUnderTest>;

public sealed class SqliteModel : ModelConformance<SqliteUnderTest>;

public sealed class SqliteConcurrency : ConcurrencyConformance<SqliteUnderTest>;

public sealed class SqliteDurability : DurabilityConformance<SqliteUnderTest>;
