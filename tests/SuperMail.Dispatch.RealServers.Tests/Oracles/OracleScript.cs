using SuperMail.Dispatch.RealServers.Tests.Servers;
using Xunit;

namespace SuperMail.Dispatch.RealServers.Tests.Oracles;

/// <summary>A judge that we did not write: a script beside these tests, in the language of the library that it asks.</summary>
internal static class OracleScript
{
    /// <summary>How a script ends that lacks its library.</summary>
    private const int NoLibrary = 3;

    /// <summary>Runs a script to its end; skips the running test, by name and reason, when its library is not installed.</summary>
    /// <param name="program">The interpreter.</param>
    /// <param name="script">Path of the script.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="library">What it needs, for the reason.</param>
    /// <param name="cancellationToken">Ends the script.</param>
    /// <returns>What it wrote.</returns>
    public static async Task<string> RunAsync(string program, string script, string input, string library, CancellationToken cancellationToken)
    {
        using var process = Tool.Start(program, [script]);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken);
            Assert.SkipWhen(process.ExitCode == NoLibrary, $"{library} is not installed.");
            Assert.True(process.ExitCode == 0, $"{script} ended with {process.ExitCode}: {await error}");
            return await output;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>The path of a script of this folder.</summary>
    public static string Here(string name) => Path.Combine(AppContext.BaseDirectory, "Oracles", name);
}
