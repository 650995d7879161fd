using SuperMail.Dispatch.Fuzz;
using Xunit;

namespace SuperMail.Dispatch.Tests.Hostile.Fuzz;

/// <summary>Hostile input by the hundred thousand; longer runs: <c>dotnet run -c Release --project tests/SuperMail.Dispatch.Fuzz -- --fuzz N</c>.</summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Inputs = 200_000;

    public static readonly TheoryData<string> Targets = [.. FuzzRun.Targets.Select(static target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void No_input_crashes_hangs_grows_or_injects(string target)
    {
        var summary = FuzzRun.Of(FuzzRun.Targets.Single(t => t.Name == target), Inputs, seed: 20261121);
        output.WriteLine($"{summary}");

        // A generator that only makes rubbish, or that is always refused, finds nothing.
        Assert.InRange(summary.Taken, Inputs / 20, Inputs);
        Assert.True(summary.Longest > 60_000);
    }

    [Fact]
    public void The_same_seed_makes_the_same_inputs_and_another_makes_others()
    {
        var target = FuzzRun.Targets[0];
        string[] Make(int seed)
        {
            var mutator = new Mutator(target, seed);
            return [.. Enumerable.Range(0, 100).Select(_ => mutator.Next())];
        }

        Assert.Equal(Make(1), Make(1));
        Assert.NotEqual(Make(1), Make(2));
    }
}
