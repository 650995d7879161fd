using System.Diagnostics;

namespace SuperMail.Dispatch.Sqlite.Tests.Storage;

/// <summary>A process of its own that opens a ledger.</summary>
internal sealed class OtherProcess : IDisposable
{
    private const string Program = "SuperMail.Dispatch.Sqlite.Holder";

    private readonly Process _process;

    private OtherProcess(Process process, string said) => (_process, Said) = (process, said);

    /// <summary>"open", or why it could not.</summary>
    public string Said { get; }

    public static async Task<OtherProcess> OpenAsync(string ledger, CancellationToken cancellationToken)
    {
        // tests/X.Tests/bin/Debug/net10.0 and tests/X.Holder/bin/Debug/net10.0
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var built = Path.Combine(here.Parent!.Parent!.Parent!.Parent!.FullName, Program, "bin", here.Parent.Name, here.Name, $"{Program}.dll");
        var start = new ProcessStartInfo("dotnet", ["exec", built, ledger]) { RedirectStandardInput = true, RedirectStandardOutput = true };
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
