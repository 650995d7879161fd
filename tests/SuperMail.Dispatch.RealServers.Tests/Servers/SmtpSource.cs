using System.Diagnostics;
using System.Globalization;

namespace SuperMail.Dispatch.RealServers.Tests.Servers;

/// <summary>Postfix's smtp-source: what a plain C client reaches against the same server, to measure against.</summary>
internal static class SmtpSource
{
    /// <summary>Sends messages over parallel sessions and gives the time it took; skips the running test where it is not installed.</summary>
    public static async Task<TimeSpan> RunAsync(
        string host, int port, int messages, int sessions = 1, int length = 1024, string domain = PostfixServer.Domain,
        CancellationToken cancellationToken = default)
    {
        var path = Tool.RequirePath("smtp-source");
        var watch = Stopwatch.StartNew();
        await Tool.RunAsync(
            path,
            [
                "-d", "-m", Text(messages), "-s", Text(sessions), "-l", Text(length),
                "-f", $"source@{domain}", "-t", $"target@{domain}", $"{host}:{Text(port)}",
            ],
            cancellationToken);
        return watch.Elapsed;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
