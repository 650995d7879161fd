using Xunit;

namespace SuperMail.Dispatch.Sqlite.Tests.Storage;

public sealed class SchemaTests : LedgerFileTest
{
    private static readonly Schema Next = new(SchemaVersion1.Sql, "ALTER TABLE plan ADD COLUMN colour TEXT NOT NULL DEFAULT 'blue';");

    [Fact]
    public async Task A_new_file_says_whose_it_is_and_of_which_version()
    {
        await using (Open())
        {
        }

        Assert.Equal(0x534D4C44L, Sql(Path, "PRAGMA application_id"));
        Assert.Equal((long)Schema.Current.Version, Sql(Path, "PRAGMA user_version"));
        Assert.Equal("wal", Sql(Path, "PRAGMA journal_mode"));
        Assert.Equal(4096L, Sql(Path, "PRAGMA page_size"));
        Assert.Equal(0L, Sql(Path, "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%' AND NOT strict"));
    }

    [Fact]
    public async Task An_older_file_is_migrated_and_keeps_what_it_holds()
    {
        MailingId mailing;
        await using (var ledger = Open())
        {
            mailing = await SealedAsync(ledger, 3);
        }

        using (var database = Database.OpenToWrite(new SqliteLedgerOptions { Path = Path }, Next))
        {
            Assert.Equal("blue", database.Ask("SELECT colour FROM plan"));
        }

        Assert.Equal(2L, Sql(Path, "PRAGMA user_version"));
        Assert.Equal(3L, Sql(Path, $"SELECT accepted FROM mailing WHERE id = x'{Convert.ToHexString(mailing.Value.ToByteArray(bigEndian: true))}'"));
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_the_file_as_it_was()
    {
        await using (Open())
        {
        }

        var broken = new Schema(SchemaVersion1.Sql, "ALTER TABLE plan ADD COLUMN colour TEXT; ALTER TABLE nothing ADD COLUMN colour TEXT;");
        Assert.Throws<Microsoft.Data.Sqlite.SqliteException>(() => Database.OpenToWrite(new SqliteLedgerOptions { Path = Path }, broken));

        Assert.Equal(1L, Sql(Path, "PRAGMA user_version"));
        Assert.Equal(0L, Sql(Path, "SELECT count(*) FROM pragma_table_info('plan') WHERE name = 'colour'"));
        await using var again = Open();
    }

    [Fact]
    public async Task A_newer_file_is_refused_with_both_versions_and_left_alone()
    {
        await using (Open())
        {
        }

        Sql(Path, "PRAGMA user_version=7");
        var refused = Assert.Throws<SqliteLedgerException>(() => Open());
        Assert.Contains("schema version 7", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"up to {Schema.Current.Version}", refused.Message, StringComparison.Ordinal);
        Assert.Equal(7L, Sql(Path, "PRAGMA user_version"));
    }

    [Fact]
    public void A_database_of_somebody_else_is_refused_and_left_alone()
    {
        Sql(Path, "CREATE TABLE customer (id INTEGER)");
        var refused = Assert.Throws<SqliteLedgerException>(() => Open());
        Assert.Contains("no ledger", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1L, Sql(Path, "SELECT count(*) FROM sqlite_schema"));
        Assert.Equal("delete", Sql(Path, "PRAGMA journal_mode"));
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused()
    {
        File.WriteAllText(Path, string.Concat(Enumerable.Repeat("name;address\n", 1000)));
        var refused = Assert.Throws<SqliteLedgerException>(() => Open());
        Assert.Contains(Path, refused.Message, StringComparison.Ordinal);
        Assert.StartsWith("name;address", File.ReadAllText(Path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named()
    {
        var refused = Assert.Throws<SqliteLedgerException>(() => Open(Folder.InFolder("nowhere/mailings.db")));
        Assert.Contains("nowhere", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LedgerDurability.PowerLoss, 2L)]
    [InlineData(LedgerDurability.ProcessCrash, 1L)]
    public void What_a_commit_survives_is_set_on_the_connection_that_writes(LedgerDurability durability, long synchronous)
    {
        using var database = Database.OpenToWrite(new SqliteLedgerOptions { Path = Path, Durability = durability }, Schema.Current);
        Assert.Equal(synchronous, database.Ask("PRAGMA synchronous"));
    }
}
