using System.Diagnostics;

namespace SuperMail.Dispatch.Sqlite.Tests.Storage;

/// <summary>A process of its own that opens a ledger.</summary>
internal sealed class OtherProcess : IDisposable
{
    private readonly Process _process;

    private OtherProcess(Process process, string said) => (_process, Said) = (process, said);

    /// <summary>"open", or why it could not.</summary>
    public string Said { get; }

    public static async Task<OtherProcess> OpenAsync(string ledger, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Built.PathOf("tests", "SuperMail.Dispatch.Sqlite.Holder"), ledger]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        try
        {
            return new OtherProcess(process, await process.StandardOutput.ReadLineAsync(cancellationToken) ?? "");
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    /// <summary>SIGKILL: it has no chance to close anything.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancellationToken);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
