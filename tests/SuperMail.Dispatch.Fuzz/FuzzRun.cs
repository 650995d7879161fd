using System.Globalization;
using System.Text;

namespace SuperMail.Dispatch.Fuzz;

/// <summary>Feeds a target so many inputs and tells what came of it.</summary>
internal static class FuzzRun
{
    private const int LongestShown = 300;

    /// <summary>Everything that is fuzzed.</summary>
    public static IReadOnlyList<FuzzTarget> Targets { get; } =
        [
            new ReplyTarget(), new AddressTarget(), new TemplateTarget(), new HeaderTarget(), new CapabilitiesTarget(),
            new PhoneTarget(), new SegmentsTarget(), new PluginTarget(),
        ];

    /// <summary>Runs; stops at the first input that breaks a rule.</summary>
    /// <exception cref="FuzzException">Names the target, the seed, the number and the text of the input.</exception>
    public static FuzzSummary Of(FuzzTarget target, int inputs, int seed)
    {
        var mutator = new Mutator(target, seed);
        var summary = new FuzzSummary(target.Name, inputs, 0, 0, 0);
        for (var i = 0; i < inputs; i++)
        {
            var input = i < target.Corpus.Count ? target.Corpus[i] : mutator.Next();
            try
            {
                // Octets allocated: counted by the runtime, the same on every machine, and what grows when a reader
                // copies what it has already copied.
                var before = GC.GetAllocatedBytesForCurrentThread();
                var taken = target.Run(input);
                var operations = GC.GetAllocatedBytesForCurrentThread() - before;
                if (operations > target.AllowedOperations(input.Length))
                {
                    throw new FuzzException(string.Create(CultureInfo.InvariantCulture, $"{operations} octets for {input.Length} characters: more than linear"));
                }

                summary = summary with
                {
                    Taken = summary.Taken + (taken ? 1 : 0),
                    Longest = Math.Max(summary.Longest, input.Length),
                    Characters = summary.Characters + input.Length,
                };
            }
            catch (Exception fault)
            {
                throw new FuzzException($"{target.Name}, seed {seed}, input {i}: {fault.Message} Input: {Show(input)}", fault);
            }
        }

        return summary;
    }

    /// <summary>As it can be pasted into a test.</summary>
    private static string Show(string input)
    {
        var text = new StringBuilder("\"");
        foreach (var c in input.AsSpan(0, Math.Min(input.Length, LongestShown)))
        {
            text.Append(c is >= ' ' and <= '~' and not ('"' or '\\') ? c.ToString() : $"\\u{(int)c:X4}");
        }

        return text.Append(input.Length > LongestShown ? $"\"… ({input.Length} characters)" : "\"").ToString();
    }
}

/// <summary>What came of a run.</summary>
/// <param name="Target">What was fed.</param>
/// <param name="Inputs">How many inputs it got.</param>
/// <param name="Taken">How many it took; the others were refused as they should be.</param>
/// <param name="Longest">The longest input, in characters.</param>
/// <param name="Characters">All inputs together.</param>
internal sealed record FuzzSummary(string Target, int Inputs, int Taken, int Longest, long Characters);
