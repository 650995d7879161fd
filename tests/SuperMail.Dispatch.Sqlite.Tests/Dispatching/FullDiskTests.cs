using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Sqlite.Tests.Dispatching.HostOnLedger;

namespace SuperMail.Dispatch.Sqlite.Tests.Dispatching;

public class FullDiskTests
{
    private const int Everybody = 5000;

    [Fact(Timeout = 60_000)]
    public async Task A_commit_that_fails_stops_the_sending_and_everybody_is_accounted_for_once_there_is_room()
    {
        using var folder = new LedgerFolder();
        await using var server = SmtpTestServer.Start();
        await server.RefuseConnectionsAsync();
        var first = await StartAsync(folder.Ledger, server);
        var mailing = await first.Dispatcher.EnqueueAsync(Mailing(People(Everybody)), Token);
        await first.StopAsync();
        server.AcceptConnections();

        // Room for some of the outcomes, not for all.
        var pages = (int)(new FileInfo(folder.Ledger).Length / 4096);
        var full = await StartAsync(folder.Ledger, server, options => options.MaxPages = pages + 1);
        var stopped = await Assert.ThrowsAnyAsync<Exception>(() => full.Dispatcher.WaitAsync(mailing, Token));
        var reason = Assert.IsType<SqliteLedgerException>(stopped.InnerException);
        Assert.Contains(folder.Ledger, reason.Message, StringComparison.Ordinal);
        Assert.Contains("full", reason.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing more is sent", reason.Message, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<Exception>(() => full.Dispatcher.EnqueueAsync(Mailing(People(1)), Token));
        await full.DisposeAsync();
        Assert.InRange(server.MessagesAccepted, 1, Everybody - 1);

        await using var room = await StartAsync(folder.Ledger, server);
        var report = await room.Dispatcher.WaitAsync(mailing, Token);
        Assert.Equal(Everybody, report.Counts.Sent + report.Counts.InDoubt);
        Assert.Equal(server.MessagesAccepted, Taken(server).Distinct().Count());
    }

    [Fact]
    public async Task After_a_failed_commit_nothing_is_written_and_what_is_committed_can_still_be_read()
    {
        using var folder = new LedgerFolder();
        await using var ledger = SqliteLedger.Open(new SqliteLedgerOptions { Path = folder.Ledger, MaxPages = 60 }, TimeProvider.System);
        var plan = new NewMailing { Id = MailingId.Create(), Name = "Letter", Lane = "email", Definition = default, DefinitionHash = default };
        await ledger.CreateMailingAsync(plan, Token);
        var stored = 0L;
        var fault = await Assert.ThrowsAsync<SqliteLedgerException>(async () =>
        {
            for (; ; stored++)
            {
                await ledger.AppendSlicesAsync(plan.Id, stored, [new NewSlice(1, new byte[5000])], default, Token);
            }
        });
        Assert.Contains("full", fault.Message, StringComparison.Ordinal);
        Assert.Equal(stored, (await ledger.FindMailingAsync(plan.Id, Token))!.Counts.Accepted);
        await Assert.ThrowsAsync<SqliteLedgerException>(() => ledger.SealAsync(plan.Id, Token).AsTask());
    }
}
