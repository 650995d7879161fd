namespace SuperMail.Dispatch.CrashTests.Judge;

internal static class FaultPointRun
{
    public static Task<int> RunAsync(CrashOptions options) => Task.FromResult(options.Rounds);
}
