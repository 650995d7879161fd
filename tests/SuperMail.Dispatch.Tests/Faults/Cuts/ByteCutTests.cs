using System.Collections.Concurrent;
using Xunit;

namespace SuperMail.Dispatch.Tests.Faults.Cuts;

/// <summary>A session of three messages, cut everywhere.</summary>
public sealed class ByteCutTests(ITestOutputHelper output)
{
    private static readonly int[] s_beside = [-1, 0, 1];

    public static TheoryData<bool, SmtpPipelining, bool> Modes
    {
        get
        {
            bool[] both = [false, true];
            return
            [
                .. from chunking in both
                   from pipelining in Enum.GetValues<SmtpPipelining>()
                   where chunking || pipelining != SmtpPipelining.Deep
                   from byReset in both
                   select (chunking, pipelining, byReset),
            ];
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public Task Cut_after_any_octet_the_verdicts_are_what_the_wire_says(bool chunking, SmtpPipelining pipelining, bool byReset) =>
        CutEverywhereAsync(new CutMode(chunking, pipelining, Tls: false), whole =>
            from ofClient in new[] { false, true }
            from octets in Enumerable.Range(0, ofClient ? whole.Octets.OfClient : whole.Octets.OfServer)
            select new Cut(ofClient, octets, null, byReset));

    [Theory]
    [MemberData(nameof(Modes))]
    public Task Cut_at_and_beside_any_TLS_record_the_verdicts_are_what_the_wire_says(bool chunking, SmtpPipelining pipelining, bool byReset) =>
        CutEverywhereAsync(new CutMode(chunking, pipelining, Tls: true), whole =>
            from ofClient in new[] { false, true }
            from records in Enumerable.Range(0, ofClient ? whole.Records.OfClient : whole.Records.OfServer)
            from beside in s_beside
            where records + beside >= 0
            select new Cut(ofClient, beside, records, byReset));

    private async Task CutEverywhereAsync(CutMode mode, Func<ProxiedConnection.Script, IEnumerable<Cut>> cuts)
    {
        await using var uncut = new CutSession(mode);
        var whole = (await uncut.RunAsync("whole", null)).Script;
        var oracle = new CutOracle(mode, whole.Flight);
        var all = new ConcurrentQueue<Cut>(cuts(whole));
        var count = all.Count;
        var complaints = new ConcurrentQueue<string>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            await using var session = new CutSession(mode);
            for (var i = 0; complaints.IsEmpty && all.TryDequeue(out var cut); i++)
            {
                foreach (var complaint in Judge(oracle, await session.RunAsync($"w{worker}-{i}", cut)))
                {
                    complaints.Enqueue($"{mode}, {cut}: {complaint}");
                }
            }
        })));
        var text = string.Join('\n', complaints);
        Assert.True(text.Length == 0, text);
        output.WriteLine($"{mode}: {count} cuts");
    }

    private static IEnumerable<string> Judge(CutOracle oracle, CutSession.Account account)
    {
        // Behind the last reply TLS may say good-bye or not: a cut there strikes nobody.
        if (!account.Script.HasStruck && account.Script.Flight < oracle.LastFlight)
        {
            yield return "it did not strike";
        }

        if (account.Fault is not (null or TransportFault.Connection))
        {
            yield return $"a cut was judged as {account.Fault}";
        }

        for (var message = 0; message < 3; message++)
        {
            var (kind, taken) = oracle.Expect(message, account.Script);
            var was = account.First[message] ?? VerdictKind.NotSent;
            if (was != kind || account.TakenThen[message] != taken)
            {
                yield return $"message {message} should be {kind}, taken {taken}; it is {was}, taken {account.TakenThen[message]}";
            }

            if (account.Taken[message] != (kind == VerdictKind.InDoubt && !taken ? 0 : 1))
            {
                yield return $"message {message}, {kind}, was taken {account.Taken[message]} times in the end";
            }
        }
    }
}
