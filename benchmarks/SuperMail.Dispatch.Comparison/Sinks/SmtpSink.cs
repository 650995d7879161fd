using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using SuperMail.Dispatch.RealServers.Tests.Servers;

namespace SuperMail.Dispatch.Comparison;

/// <summary>
/// Postfix's smtp-sink. Its counters go to a file and not through a pipe: a reader that is woken for every message
/// would take from the senders what is to be measured.
/// </summary>
internal sealed partial class SmtpSink : ISink
{
    private readonly ServerFolder _folder;
    private readonly Process _process;
    private long? _readAtStart;

    private SmtpSink(ServerFolder folder, Process process, int port) => (_folder, _process, Port) = (folder, process, port);

    public int Port { get; }

    private string CountersPath => Path.Combine(_folder.Root, "counters");

    public static async Task<ISink> OpenAsync()
    {
        if (Tool.FindPath("smtp-sink") is not { } path)
        {
            throw new NotRunException("smtp-sink is not installed (Debian package postfix; no mail system need be set up)");
        }

        var folder = new ServerFolder("sink");
        var port = LoopbackPort.FindFree();
        string[] privileges = Environment.IsPrivilegedProcess ? ["-u", "nobody"] : [];
        var sink = new SmtpSink(
            folder,
            ChildProcess.Start("sh", ["-c", $"exec \"$0\" \"$@\" >'{folder.Root}/counters'", path, "-c", .. privileges, $"127.0.0.1:{port}", "1000"]),
            port);
        folder.RecordProcess(sink._process.Id, leadsGroup: false);
        if (await sink.IsUpAsync())
        {
            sink._readAtStart = sink.BytesRead();
            return sink;
        }

        var said = await sink._process.StandardError.ReadToEndAsync();
        await sink.DisposeAsync();
        throw new InvalidOperationException($"smtp-sink did not start: {said}");
    }

    public async Task<SinkCount> CountAsync(int expected)
    {
        using var news = new FileNews(_folder.Root, "counters");
        try
        {
            await news.UntilAsync(() => Read().Messages >= expected, static () => "", CancellationToken.None);
        }
        catch (TimeoutException)
        {
            // What is missing is told by the count.
        }

        return Read();
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    // smtp-sink says nothing when it is up, and the kernel tells only who asks who listens. Nothing is measured yet.
    private async Task<bool> IsUpAsync()
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!LoopbackPort.IsListening(Port))
        {
            if (_process.HasExited)
            {
                return false;
            }

            await tick.WaitForNextTickAsync();
        }

        return true;
    }

    // One line, written again and again with carriage returns: "sess=2 quit=1 mesg=10".
    private SinkCount Read()
    {
        using var file = new FileStream(CountersPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(Math.Max(0, file.Length - 200), SeekOrigin.Begin);
        using var text = new StreamReader(file);
        return Counters().Matches(text.ReadToEnd()) is [.., var last]
            ? new SinkCount(Number(last, "mesg"), Number(last, "sess"), BytesRead() - _readAtStart)
            : new SinkCount(0, 0);

        static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
    }

    // proc(5), io: rchar is what read(2) returned, from sockets too; once it serves it reads nothing else.
    private long? BytesRead()
    {
        try
        {
            var line = File.ReadLines($"/proc/{_process.Id}/io").First(static line => line.StartsWith("rchar:", StringComparison.Ordinal));
            return long.Parse(line.AsSpan("rchar:".Length), CultureInfo.InvariantCulture);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"sess=(?<sess>\d+) quit=\d+ mesg=(?<mesg>\d+)\s")]
    private static partial Regex Counters();
}
