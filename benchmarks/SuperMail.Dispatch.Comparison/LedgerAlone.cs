using System.Diagnostics;
using SuperMail.Dispatch.Sqlite;

namespace SuperMail.Dispatch.Comparison;

/// <summary>The ledger without a wire: connections that begin a window of 20, record it, and go on.</summary>
internal static class LedgerAlone
{
    private const int Connections = 16;
    private const int SliceSize = 500;
    private const int Window = 20;

    private static readonly OutcomeCode[] AllSent = [.. Enumerable.Repeat(new OutcomeCode(OutcomeKind.Sent), Window)];

    /// <returns>Outcomes a second, and the processor time of each in microseconds.</returns>
    public static async Task<(double Rate, double Cpu)> RunAsync(string path, LedgerDurability durability, int outcomes)
    {
        await using var ledger = SqliteLedger.Open(new SqliteLedgerOptions { Path = path, Durability = durability }, TimeProvider.System);
        var session = await ledger.OpenSessionAsync(default);
        var mailing = new NewMailing { Id = MailingId.Create(), Name = "Alone", Lane = "email", Definition = default, DefinitionHash = default };
        await ledger.CreateMailingAsync(mailing, default);
        var data = new byte[SliceSize * 40];
        for (var first = 0; first < outcomes; first += SliceSize)
        {
            await ledger.AppendSlicesAsync(mailing.Id, first, [new NewSlice(SliceSize, data)], default, default);
        }

        await ledger.SealAsync(mailing.Id, default);
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(() => SendAsync(session, mailing.Id))));
        var elapsed = Stopwatch.GetElapsedTime(start);
        cpu = Environment.CpuUsage.TotalTime - cpu;
        var sent = (await ledger.FindMailingAsync(mailing.Id, default))!.Counts.Sent;
        return (sent / elapsed.TotalSeconds, cpu.TotalMicroseconds / sent);
    }

    private static async Task SendAsync(ILedgerSession session, MailingId mailing)
    {
        while (await session.ClaimAsync(mailing, 1, default) is [var slice])
        {
            for (var first = 0; first < slice.Count; first += Window)
            {
                await session.BeginAsync([new SliceRange(slice.Ref, first, Window)], default);
                await session.RecordAsync([new OutcomeRange { Slice = slice.Ref, First = first, Codes = AllSent }], default);
            }

            await session.CompleteAsync(new SliceCompletion { Slice = slice.Ref }, default);
        }
    }
}
