using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SuperMail.Dispatch.RealServers.Tests.Servers;

/// <summary>Ends a server by its process id, and with it what it started.</summary>
internal static class ServerProcess
{
    private const int Terminate = 15;
    private const int Kill = 9;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Ends a process, or the whole group that it leads: politely first, then for certain.</summary>
    public static async Task StopAsync(int processId, bool leadsGroup)
    {
        var target = leadsGroup ? -processId : processId;
        Process process;
        try
        {
            process = Process.GetProcessById(processId);
        }
        catch (ArgumentException)
        {
            return;
        }

        using (process)
        {
            _ = SendSignal(target, Terminate);
            using var patience = new CancellationTokenSource(Patience);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _ = SendSignal(target, Kill);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);
}
