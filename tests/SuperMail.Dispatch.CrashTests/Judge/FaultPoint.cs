using SuperMail.Dispatch.CrashTests.Sink;

namespace SuperMail.Dispatch.CrashTests.Judge;

/// <summary>A named place at which the sender dies: at a call of its ledger, or at a point of a conversation.</summary>
/// <param name="Name">What it is called in the result.</param>
/// <param name="MostVisits">It dies at a random visit up to this one.</param>
/// <param name="Point">Where the sink kills it; null = it ends itself at the ledger's call of that name.</param>
internal sealed record FaultPoint(string Name, int MostVisits, SinkPoint? Point = null)
{
    /// <summary>
    /// All of them, in the order in which one mailing meets them: what happens only while it is read, what happens while
    /// it is sent, and what an operator does at its end.
    /// </summary>
    public static IReadOnlyList<FaultPoint> All { get; } =
    [
        // First: a purge deletes whatever has finished, and this mailing must not have by then.
        .. Around("purge", 1),
        .. Around("open", 1),
        .. Around("create", 1),
        .. Around("append", 1),
        .. Around("seal", 1),
        .. Around("heartbeat", 1),
        .. Around("claim", 2),
        .. Around("begin", 3),
        .. Around("left", 20),
        .. At(SinkPoint.Greeting, 2),
        .. At(SinkPoint.Ehlo, 2),
        .. At(SinkPoint.Mail, 10),
        .. At(SinkPoint.Rcpt, 10),
        .. At(SinkPoint.Data, 10),
        .. At(SinkPoint.Content, 10),
        .. At(SinkPoint.EndOfData, 10),
        .. At(SinkPoint.Reply, 10),
        .. Around("answered", 20),

        // Behind a place that leaves begun messages without outcome: there must be something to recover.
        .. Around("recover", 1),
        .. Around("record-recovered", 1),
        .. Around("record", 4),
        .. Around("complete", 1),
        .. Around("child", 1),
        .. At(SinkPoint.Quit, 1),
        .. Around("revise", 1),
    ];

    // During: asked for and not answered, so that the commit itself is cut off or not. Not of what happens once in a
    // mailing's life (it may have gone through, and would not come again), nor of what waits for no commit.
    private static IEnumerable<FaultPoint> Around(string operation, int mostVisits) =>
        from when in new[] { "before", "during", "after" }
        where when is not "during" || operation is not ("seal" or "revise" or "left" or "answered" or "heartbeat" or "open")
        select new FaultPoint($"{operation}.{when}", mostVisits);

    private static IEnumerable<FaultPoint> At(SinkPoint point, int mostVisits) => [new($"wire.{point}", mostVisits, point)];
}
