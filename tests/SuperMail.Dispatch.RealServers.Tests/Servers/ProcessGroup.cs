using System.Globalization;
using System.Runtime.InteropServices;

namespace SuperMail.Dispatch.RealServers.Tests.Servers;

/// <summary>Ends a server together with everything that it started.</summary>
internal static class ProcessGroup
{
    private const int Kill = 9;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Ends the group that this process leads, at once: what the server holds is thrown away with its folder, and
    /// Postfix takes a second for a polite goodbye.
    /// </summary>
    public static async Task EndAsync(int leaderId)
    {
        _ = SendSignal(-leaderId, Kill);

        // They are not our children, so the kernel tells us nothing: look until the last one is gone, since it could
        // still write into the folder that is about to be removed.
        using var patience = new CancellationTokenSource(Patience);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (Directory.EnumerateDirectories("/proc").Any(process => IsMember(process, leaderId)))
        {
            await tick.WaitForNextTickAsync(patience.Token);
        }
    }

    // proc(5), stat: pid (name) state ppid pgrp … A process that nobody reaps, as in a container without init, stays as Z.
    private static bool IsMember(string process, int leaderId)
    {
        if (!char.IsAsciiDigit(Path.GetFileName(process)[0]))
        {
            return false;
        }

        try
        {
            var stat = File.ReadAllText(Path.Combine(process, "stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] != "Z" && int.Parse(fields[2], CultureInfo.InvariantCulture) == leaderId;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);
}
