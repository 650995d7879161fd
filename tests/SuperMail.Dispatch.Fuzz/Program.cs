using System.Globalization;
using SuperMail.Dispatch.Fuzz;

// SuperMail.Dispatch.Fuzz --fuzz N [--seed S] [--target NAME]: N inputs for each target, or for one.
var (inputs, seed, name) = (200_000, 1, (string?)null);
for (var i = 0; i + 1 < args.Length; i += 2)
{
    switch (args[i])
    {
        case "--fuzz": inputs = int.Parse(args[i + 1], CultureInfo.InvariantCulture); break;
        case "--seed": seed = int.Parse(args[i + 1], CultureInfo.InvariantCulture); break;
        case "--target": name = args[i + 1]; break;
        default:
            Console.Error.WriteLine($"Use: --fuzz N [--seed S] [--target {string.Join('|', FuzzRun.Targets.Select(static target => target.Name))}]");
            return 2;
    }
}

var failed = 0;
Parallel.ForEach(FuzzRun.Targets.Where(target => name is null || target.Name == name), target =>
{
    try
    {
        Console.WriteLine(FuzzRun.Of(target, inputs, seed));
    }
    catch (FuzzException fault)
    {
        Console.Error.WriteLine(fault.Message);
        Interlocked.Increment(ref failed);
    }
});
return failed == 0 ? 0 : 1;
