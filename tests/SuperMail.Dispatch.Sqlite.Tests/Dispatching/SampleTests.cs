using System.Diagnostics;
using Xunit;

namespace SuperMail.Dispatch.Sqlite.Tests.Dispatching;

public class SampleTests
{
    [Fact(Timeout = 120_000)]
    public async Task The_sample_that_kills_itself_finishes_and_nobody_gets_it_twice()
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", Built.PathOf("samples", "ResumeAfterCrash")]) { RedirectStandardOutput = true })!;
        try
        {
            var said = await process.StandardOutput.ReadToEndAsync(HostOnLedger.Token);
            await process.WaitForExitAsync(HostOnLedger.Token);
            Assert.Equal(0, process.ExitCode);
            Assert.Contains("killed", said, StringComparison.Ordinal);
            Assert.Contains("in doubt, so not sent again: customer", said, StringComparison.Ordinal);
            Assert.Contains(", 0 to somebody who had one", said, StringComparison.Ordinal);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
