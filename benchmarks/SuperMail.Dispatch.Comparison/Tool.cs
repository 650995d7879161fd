using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace SuperMail.Dispatch.Comparison;

/// <summary>Programs of the machine.</summary>
internal static partial class Tool
{
    // getrusage(2)
    private const int FinishedChildren = -1;

    // Debian keeps servers where an ordinary user's PATH does not look.
    private static readonly string[] Folders =
        [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/sbin", "/usr/local/sbin"];

    public static string? FindMissing(params string[] names) => Array.Find(names, static name => Find(name) is null);

    public static Process Start(string name, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Find(name) ?? name, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        return Process.Start(start)!;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it printed, how long it took, and the processor time that it used.</returns>
    public static async Task<(string Output, TimeSpan Elapsed, TimeSpan Cpu)> RunAsync(string name, IEnumerable<string> arguments)
    {
        var cpu = CpuOfChildren();
        var start = Stopwatch.GetTimestamp();
        using var process = Start(name, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        var elapsed = Stopwatch.GetElapsedTime(start);
        return process.ExitCode == 0
            ? (await output, elapsed, CpuOfChildren() - cpu)
            : throw new InvalidOperationException($"{name} ended with {process.ExitCode}: {await error}");
    }

    /// <summary>Runs this program again, with other arguments.</summary>
    public static Task<(string Output, TimeSpan Elapsed, TimeSpan Cpu)> RunSelfAsync(IEnumerable<string> arguments)
    {
        var (name, own) = Self();
        return RunAsync(name, [.. own, .. arguments]);
    }

    public static Process StartSelf(IEnumerable<string> arguments, params ReadOnlySpan<(string Name, string Value)> environment)
    {
        var (name, own) = Self();
        var start = new ProcessStartInfo(name, [.. own, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (variable, value) in environment)
        {
            start.Environment[variable] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>What this process had the system write so far, whether it has reached a disk or not; 0 where that is not told.</summary>
    public static long BytesWritten() => File.Exists("/proc/self/io")
        ? long.Parse(File.ReadLines("/proc/self/io").First(static line => line.StartsWith("write_bytes", StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture)
        : 0;

    private static (string Name, string[] Arguments) Self() =>
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) is not "dotnet" ? (path, []) : ("dotnet", [Environment.GetCommandLineArgs()[0]]);

    private static string? Find(string name) => Folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

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
