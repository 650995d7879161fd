using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace SuperMail.Dispatch.Sqlite.Tests.Dispatching;

public class RegistrationTests
{
    private static MailingDispatchBuilder Add(IServiceCollection services, string name = "") => services.AddMailingDispatch(static _ => { }, name);

    [Fact]
    public async Task Two_names_need_two_files()
    {
        using var folder = new LedgerFolder();
        var services = new ServiceCollection();
        Add(services, "shop").UseSqliteLedger(folder.Ledger);
        Add(services, "crm").UseSqliteLedger(folder.Ledger);
        Add(services, "club").UseSqliteLedger(folder.InFolder("club.db"));
        await using var provider = services.BuildServiceProvider();
        provider.GetRequiredKeyedService<IMailingDispatcher>("shop");
        var refused = Assert.Throws<SqliteLedgerException>(() => provider.GetRequiredKeyedService<IMailingDispatcher>("crm"));
        Assert.Contains("named dispatcher", refused.Message, StringComparison.Ordinal);
        provider.GetRequiredKeyedService<IMailingDispatcher>("club");
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(":memory:")]
    public void A_path_that_names_no_file_is_refused_by_name(string path)
    {
        var refused = Assert.Throws<ArgumentException>(() => Add(new ServiceCollection()).UseSqliteLedger(path));
        Assert.Contains("SqliteLedgerOptions.Path", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_outside_their_range_are_refused_by_name_and_value()
    {
        var durability = Assert.Throws<ArgumentException>(() => Add(new ServiceCollection()).UseSqliteLedger(static o => (o.Path, o.Durability) = ("x.db", (LedgerDurability)9)));
        Assert.Contains("Durability is 9", durability.Message, StringComparison.Ordinal);
        var lease = Assert.Throws<ArgumentException>(() => Add(new ServiceCollection()).UseSqliteLedger(static o => (o.Path, o.Lease) = ("x.db", TimeSpan.FromDays(1))));
        Assert.Contains("1.00:00:00", lease.Message, StringComparison.Ordinal);
    }
}
