using System.Globalization;

namespace SuperMail.Dispatch.Comparison;

/// <summary>Where the library's bytes and system calls go, for one message of the loopback case.</summary>
internal sealed class ProfileCase : IComparisonCase
{
    private const int Shown = 30;

    public string Name => "profile";

    public string Purpose => "bytes allocated by type, and system calls, for a message of the loopback case";

    public bool RunsByDefault => false;

    public async Task RunAsync(Bench bench)
    {
        var job = new Job { Messages = bench.Pick(20_000, 5_000, 100), Mailings = bench.Pick(4, 3, 2) };
        var (entries, size) = await SizedEntries.AlignAsync([new Entry(new LibrarySender(), job)]);
        job = entries[0].Job;
        Bench.Say($"{Name}: {size} bytes a message, {job.Connections} connections, {job.PerConnection} messages each");

        await using (var sink = await SmtpSink.OpenAsync())
        {
            var (output, _, _) = await ChildProcess.RunAsync(
                ChildProcess.Self[0], [.. ChildProcess.Self.Skip(1), LibraryProgram.Verb, LibraryProgram.Sampled], (job with { Port = sink.Port }).ToJson());
            Bench.Say(output);
        }

        Bench.Say("system calls a message:");
        try
        {
            foreach (var (name, calls) in (await SystemCalls.CountAsync(job with { Messages = bench.Pick(5_000, 2_000, 100) }, SmtpSink.OpenAsync)).Take(Shown))
            {
                Bench.Say(string.Create(CultureInfo.InvariantCulture, $"  {calls,8:F3} {name}"));
            }
        }
        catch (NotRunException missing)
        {
            bench.NotRun($"{Name} of system calls", missing.Message);
        }
    }
}
