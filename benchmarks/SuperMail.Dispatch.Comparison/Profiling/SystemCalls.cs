using System.Globalization;
using SuperMail.Dispatch.RealServers.Tests.Servers;

namespace SuperMail.Dispatch.Comparison;

/// <summary>Which system calls a job costs, counted by strace.</summary>
internal static class SystemCalls
{
    /// <summary>
    /// Calls by name for one message. Two jobs that differ in their number of mailings only: what the process does
    /// besides falls out.
    /// </summary>
    public static async Task<IReadOnlyList<(string Name, double PerMessage)>> CountAsync(Job job, OpenSink open)
    {
        if (Tool.FindPath("strace") is null)
        {
            throw new NotRunException("strace is not installed (Debian package strace)");
        }

        var shorter = await CountAllAsync(job with { Mailings = 2 }, open);
        var longer = await CountAllAsync(job with { Mailings = 4 }, open);
        return
        [
            .. longer.Select(pair => (pair.Key, PerMessage: (pair.Value - shorter.GetValueOrDefault(pair.Key)) / (2.0 * job.Messages)))
                .Where(static pair => pair.PerMessage >= 0.001)
                .OrderByDescending(static pair => pair.PerMessage),
        ];
    }

    private static async Task<Dictionary<string, long>> CountAllAsync(Job job, OpenSink open)
    {
        var summary = Path.GetTempFileName();
        try
        {
            await using var sink = await open();
            await ChildProcess.RunAsync(
                "strace",
                ["-f", "-c", "-U", "name,calls", "-o", summary, .. ChildProcess.Self, LibraryProgram.Verb],
                (job with { Port = sink.Port }).ToJson());
            return (await File.ReadAllLinesAsync(summary))
                .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(static columns => columns.Length == 2 && columns[0] != "total" && long.TryParse(columns[1], CultureInfo.InvariantCulture, out _))
                .ToDictionary(static columns => columns[0], static columns => long.Parse(columns[1], CultureInfo.InvariantCulture));
        }
        finally
        {
            File.Delete(summary);
        }
    }
}
