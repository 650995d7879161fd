using Microsoft.Extensions.DependencyInjection;
using SuperMail.Dispatch;

// Another process that has a ledger open: says "open" and holds it until it is killed or its input ends.
var services = new ServiceCollection();
services.AddMailingDispatch(static _ => { }).UseSqliteLedger(args[0]);
await using var provider = services.BuildServiceProvider();
try
{
    provider.GetRequiredService<IMailingDispatcher>();
    Console.WriteLine("open");
    Console.In.ReadToEnd();
    return 0;
}
catch (SqliteLedgerException refused)
{
    Console.WriteLine(refused.Message);
    return 3;
}
