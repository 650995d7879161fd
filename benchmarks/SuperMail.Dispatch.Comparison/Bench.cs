using System.Globalization;

namespace SuperMail.Dispatch.Comparison;

/// <summary>How much is sent.</summary>
internal enum Scale
{
    /// <summary>As little as shows that everything works.</summary>
    Smoke,

    /// <summary>All default cases in about a minute on a quiet machine: a first impression.</summary>
    Quick,

    /// <summary>What figures are taken from.</summary>
    Full,
}

/// <summary>One sender's part in a comparison.</summary>
/// <param name="Sender">The library or a peer.</param>
/// <param name="Job">What it sends; slow peers send fewer messages, so that a round lasts about as long for each.</param>
internal sealed record Entry(Sender Sender, Job Job);

/// <summary>What every case works with: how much, how often, where results and gaps are told.</summary>
internal sealed class Bench(Scale scale)
{
    private readonly List<string> _notRun = [];
    private readonly List<string> _faults = [];

    public Scale Scale => scale;

    /// <summary>True when something did not arrive.</summary>
    public bool HasFailed => _faults.Count > 0;

    public int Rounds => Pick(full: 5, quick: 2, smoke: 1);

    public T Pick<T>(T full, T quick, T smoke) => scale switch { Scale.Full => full, Scale.Quick => quick, _ => smoke };

    public static void Say(string line) => Console.WriteLine(line);

    /// <summary>How many times better the library is. A smoke run has none: it measures compilers.</summary>
    public void SayRatio(string @case, string peer, double value)
    {
        if (scale != Scale.Smoke)
        {
            Say(string.Create(CultureInfo.InvariantCulture, $"ratio {@case} {peer} {value:F2}"));
        }
    }

    public void NotRun(string what, string why) => _notRun.Add($"not run: {what}: {why}");

    public void Fail(string what) => _faults.Add($"FAILED {what}");

    /// <summary>Those of the entries whose programs are here; the others are noted.</summary>
    public async Task<IReadOnlyList<Entry>> PresentAsync(string @case, params IReadOnlyList<Entry> entries)
    {
        List<Entry> present = [];
        foreach (var entry in entries)
        {
            if (await entry.Sender.FindMissingAsync() is { } missing)
            {
                NotRun($"{@case} against {entry.Sender.Name}", missing);
            }
            else
            {
                present.Add(entry);
            }
        }

        return present;
    }

    /// <summary>Lets the senders take turns, A B A B, each with a sink just opened, and tells what came of it.</summary>
    /// <returns>One series each, in the order of the entries; null when something did not arrive.</returns>
    public async Task<Series[]?> CompareAsync(string @case, SizedEntries sized, OpenSink open, int? rounds = null)
    {
        var (entries, size) = sized;
        var first = entries[0].Job;
        Say($"{@case}: {size} bytes a message, {first.Connections} connections, {first.PerConnection} messages each ({rounds ?? Rounds} rounds)");
        var taken = entries.Select(static _ => new List<Measurement>()).ToArray();
        for (var round = 1; round <= (rounds ?? Rounds); round++)
        {
            for (var i = 0; i < entries.Count; i++)
            {
                var (sender, job) = entries[i];
                var label = $"{@case} {sender.Name}";
                try
                {
                    await using var sink = await open();
                    var measured = await sender.SendAsync(job with { Port = sink.Port, Authority = sink.AuthorityPath });
                    var count = await sink.CountAsync(job.Total);
                    if (count.Fault(job.Total, job.PerConnection, size) is { } fault)
                    {
                        Fail($"{label}: {fault}, so its speed means nothing.");
                        return null;
                    }

                    taken[i].Add(measured);
                    Say($"  round {round} {sender.Name,-22} {measured}; sink: {count.Messages} messages, {count.Connections} connections{(count.Bytes is { } bytes ? $", {bytes / count.Messages} bytes each" : "")}");
                }
                catch (InvalidOperationException fault)
                {
                    Fail($"{label}: {fault.Message}");
                    return null;
                }
            }
        }

        Series[] series = [.. entries.Select((entry, i) => new Series(entry.Sender, entry.Job, taken[i]))];
        foreach (var one in series)
        {
            Say($"  {one}");
        }

        return series;
    }

    /// <summary>The last words: what did not run, and what failed.</summary>
    public void Conclude()
    {
        foreach (var line in _notRun.Concat(_faults))
        {
            Say(line);
        }
    }
}
