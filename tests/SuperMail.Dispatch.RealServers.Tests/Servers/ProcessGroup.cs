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

        // It is not our child, so the kernel tells us nothing: look until it is gone.
        using var patience = new CancellationTokenSource(Patience);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (IsAlive(leaderId))
        {
            await tick.WaitForNextTickAsync(patience.Token);
        }
    }

    // A process that nobody reaps, as in a container without init, stays listed as Z.
    private static bool IsAlive(int processId)
    {
        try
        {
            var state = File.ReadAllText($"/proc/{processId}/stat");
            return state[(state.LastIndexOf(')') + 2)..] is not ['Z', ..];
        }
        catch (IOException)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);
}
