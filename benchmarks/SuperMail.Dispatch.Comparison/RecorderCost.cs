using System.Diagnostics;
using System.Globalization;
using SuperMail.Dispatch.Sqlite;

namespace SuperMail.Dispatch.Comparison;

/// <summary>
/// What the recorder beside the SQLite ledger costs a message: its share of a block, a note before its end of data leaves
/// and one after its reply.
/// </summary>
internal static class RecorderCost
{
    private const int SliceSize = 500;
    private const int Slices = 4000;

    public static int Run(int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("supermail-recorder-");
        try
        {
            var origin = RecorderOrigin.Here(Guid.NewGuid());
            if (origin is null)
            {
                Console.Error.WriteLine("This system has no boot id, so there is no recorder.");
                return 2;
            }

            foreach (var threads in new[] { 1, Environment.ProcessorCount })
            {
                var costs = new List<double>();
                for (var round = 0; round < rounds; round++)
                {
                    using var recorder = WireRecorder.Open(Path.Combine(folder.FullName, "ledger"), origin.Value, static _ => false);
                    var start = Stopwatch.GetTimestamp();
                    Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ => Carry(recorder));
                    costs.Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds / (Slices * SliceSize));
                }

                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"recorder, {threads} thread(s): {Measurement.Median(costs) / 1000:F3} µs a message ({costs.Min() / 1000:F3} to {costs.Max() / 1000:F3}), target below 3"));
            }

            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>As a lane does: a block for each claimed slice, two notes for each message.</summary>
    private static void Carry(WireRecorder recorder)
    {
        var mailing = MailingId.Create();
        for (var no = 0; no < Slices; no++)
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
