using System.Diagnostics;
using System.Runtime.InteropServices;
using SuperMail.Dispatch.RealServers.Tests.Servers;

namespace SuperMail.Dispatch.Comparison;

/// <summary>A program that runs to its end and whose processor time is told.</summary>
internal static partial class ChildProcess
{
    // getrusage(2)
    private const int FinishedChildren = -1;

    /// <summary>This program again, to be given a verb.</summary>
    public static IReadOnlyList<string> Self { get; } =
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) is not "dotnet"
            ? [path]
            : ["dotnet", Environment.GetCommandLineArgs()[0]];

    public static Process Start(string name, IEnumerable<string> arguments, params ReadOnlySpan<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(Tool.FindPath(name) ?? name, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (variable, value) in environment)
        {
            start.Environment[variable] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it printed, how long it took, and the processor time that it and what it waited for used.</returns>
    /// <exception cref="InvalidOperationException">It ended with another code than 0; says what it said.</exception>
    public static async Task<(string Output, TimeSpan Elapsed, TimeSpan Cpu)> RunAsync(
        string name, IEnumerable<string> arguments, string input = "", (string Name, string Value)[]? environment = null)
    {
        var cpu = CpuOfChildren();
        var start = Stopwatch.GetTimestamp();
        using var process = Start(name, arguments, environment ?? []);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        var elapsed = Stopwatch.GetElapsedTime(start);
        return process.ExitCode == 0
            ? (await output, elapsed, CpuOfChildren() - cpu)
            : throw new InvalidOperationException($"{name} ended with {process.ExitCode}: {await error}");
    }

    private static unsafe TimeSpan CpuOfChildren()
    {
        // struct rusage: user and system time as seconds and microseconds, then fourteen counters.
        var usage = stackalloc long[18];
        return GetUsage(FinishedChildren, usage) == 0
            ? TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds(usage[1] + usage[3])
            : throw new InvalidOperationException("getrusage failed.");
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int GetUsage(int who, long* usage);
}
