using System.Diagnostics;
using Xunit;

namespace SuperMail.Dispatch.Tests.Guards;

public class ReadmeTests
{
    [Fact]
    public async Task The_program_in_the_readme_runs_to_its_end()
    {
        // Built beside these tests, from README.md: the same configuration and framework.
        var built = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Repository.PathOf(
            "tests", "SuperMail.Dispatch.ReadmeSnippets", "bin", built.Parent!.Name, built.Name, "SuperMail.Dispatch.ReadmeSnippets.dll");
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet", [program])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var run = Process.Start(start)!;
        var token = TestContext.Current.CancellationToken;
        var (said, complained) = (run.StandardOutput.ReadToEndAsync(token), run.StandardError.ReadToEndAsync(token));
        await run.WaitForExitAsync(token);
        Assert.Equal("", await complained);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("report: 1000 sent, 0 failed, 0 in doubt", (await said).Trim());
    }
}
