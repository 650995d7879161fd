using System.Diagnostics;
using System.Globalization;
using SuperMail.Dispatch.Sqlite;

namespace SuperMail.Dispatch.Comparison;

/// <summary>
/// What the recorder beside the SQLite ledger costs a message: its share of a block, a note before its end of data leaves
/// and one after its reply.
/// </summary>
internal sealed class RecorderCase : IComparisonCase
{
    private const int SliceSize = 500;

    public string Name => "recorder";

    public string Purpose => "what the recorder beside the SQLite ledger costs a message";

    public Task RunAsync(Bench bench)
    {
        var origin = RecorderOrigin.Here(Guid.NewGuid())
            ?? throw new NotRunException("this system has no boot id, so there is no recorder");
        var folder = Directory.CreateTempSubdirectory("supermail-recorder-");
        try
        {
            foreach (var threads in new[] { 1, Environment.ProcessorCount })
            {
                var slices = bench.Pick(4_000, 1_000, 4);
                var costs = new List<double>();
                for (var round = 0; round < bench.Rounds; round++)
                {
                    using var recorder = WireRecorder.Open(Path.Combine(folder.FullName, "ledger"), origin, static _ => false);
                    var start = Stopwatch.GetTimestamp();
                    Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ => Carry(recorder, slices));
                    costs.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds / (slices * SliceSize));
                }

                costs.Sort();
                Bench.Say(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Name}, {threads} thread(s): {costs[costs.Count / 2]:F3} µs a message ({costs[0]:F3} to {costs[^1]:F3}), goal below 3"));
            }

            return Task.CompletedTask;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>As a lane does: a block for each claimed slice, two notes for each message.</summary>
    private static void Carry(WireRecorder recorder, int slices)
    {
        var mailing = MailingId.Create();
        for (var no = 0; no < slices; no++)
        {
            var slice = new SliceRef(mailing, no, 1);
            var record = recorder.Open(slice, SliceSize)!;
            for (var position = 0; position < SliceSize; position++)
            {
                record.Note(position, WireState.Left);
                record.Note(position, WireState.Taken);
            }

            recorder.Close(slice);
        }
    }
}
