using System.Diagnostics;
using Xunit;

namespace SuperMail.Dispatch.Crash.Tests;

/// <summary>A run of the crash tests' program.</summary>
/// <param name="ExitCode">0 when its judge was content.</param>
/// <param name="Output">All that it said.</param>
internal sealed record CrashProgram(int ExitCode, string Output)
{
    private const string Name = "SuperMail.Dispatch.CrashTests";

    public string LastLine => Output.TrimEnd().Split('\n')[^1];

    public static async Task<CrashProgram> RunAsync(params string[] arguments)
    {
        var token = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo(Find(), arguments)
        {
            // Closed at once; the program's own children end with its end.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var run = Process.Start(start)!;
        try
        {
            var (said, complained) = (run.StandardOutput.ReadToEndAsync(token), run.StandardError.ReadToEndAsync(token));
            await run.WaitForExitAsync(token);
            return new CrashProgram(run.ExitCode, await said + await complained);
        }
        finally
        {
            if (!run.HasExited)
            {
                run.Kill();
            }
        }
    }

    /// <summary>Built beside these tests, in the same configuration and for the same framework.</summary>
    private static string Find()
    {
        var built = new DirectoryInfo(AppContext.BaseDirectory);
        var tests = built.Parent!.Parent!.Parent!.Parent!;
        return Path.Combine(tests.FullName, Name, "bin", built.Parent.Name, built.Name, OperatingSystem.IsWindows() ? Name + ".exe" : Name);
    }
}
