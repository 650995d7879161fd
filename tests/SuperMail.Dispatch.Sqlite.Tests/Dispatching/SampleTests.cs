using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
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
            // Whether a message was between its end of data and the reply at that moment is chance.
            var ledger = Regex.Match(said, "ledger: ([0-9]+) sent, 0 failed, ([0-9]+) in doubt");
            Assert.True(ledger.Success, said);
            Assert.Equal(3000, ledger.Groups.Values.Skip(1).Sum(static count => int.Parse(count.Value, CultureInfo.InvariantCulture)));
            Assert.Contains(", 0 to somebody who had one", said, StringComparison.Ordinal);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
