using System.ComponentModel;
using System.Diagnostics;

namespace SuperMail.Dispatch.RealServers.Tests.Servers;

/// <summary>A program of the machine: found or reported as missing, run to its end or started as a server.</summary>
internal static class Tool
{
    // Debian keeps servers where an ordinary user's PATH does not look.
    private static readonly string[] Folders =
        [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/sbin", "/usr/local/sbin", "/sbin", "/usr/lib/kannel/test"];

    /// <summary>Its path, or null when it is not installed.</summary>
    public static string? FindPath(string name) => Folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Its path; reports it, by name and package, when it is not installed.</summary>
    public static string RequirePath(string name, string package = "postfix") => RequirePath(name, FindPath(name), package);

    /// <summary>A path where it stands; reports it, by name and package, when nothing stands there.</summary>
    public static string RequirePath(string name, string? path, string package) =>
        File.Exists(path) ? path : throw Missing.Because($"{name} is not installed (Debian package {package}).");

    /// <summary>Runs it to its end.</summary>
    /// <exception cref="InvalidOperationException">It ended with another code than 0; holds what it said.</exception>
    public static async Task<string> RunAsync(string path, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var process = Start(path, arguments);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            var said = await output + await error;
            return process.ExitCode == 0
                ? said
                : throw new InvalidOperationException($"{path} {string.Join(' ', arguments)} ended with {process.ExitCode}: {said}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    public static Process Start(string path, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        return Process.Start(start) ?? throw new Win32Exception($"{path} did not start.");
    }
}
