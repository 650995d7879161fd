using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace SuperMail.Dispatch.RealServers.Tests.Servers;

/// <summary>Postfix's smtp-sink: takes everything at full speed, counts it, keeps it when asked, and fails on demand.</summary>
internal sealed partial class SmtpSink : IAsyncDisposable
{
    private const int PortTries = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ServerFolder _folder;
    private readonly Process _process;
    private readonly Task _reader;
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private volatile SinkCounters _counters = new(0, 0, 0);

    private SmtpSink(ServerFolder folder, Process process, int port)
    {
        _folder = folder;
        _process = process;
        Port = port;
        _reader = ReadCountersAsync();
    }

    public string Host => "127.0.0.1";

    public int Port { get; }

    /// <summary>What smtp-sink has counted so far.</summary>
    public SinkCounters Counters => _counters;

    /// <summary>Starts one; skips the running test where it is not installed.</summary>
    /// <param name="keepMessages">Each message becomes a file, envelope included.</param>
    /// <param name="options">Its own options: <c>-q command</c> hangs up on it, <c>-r command</c> answers it 4xx, <c>-f command</c> 5xx, <c>-w seconds</c> delays.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<SmtpSink> StartAsync(
        bool keepMessages = false, IReadOnlyList<string>? options = null, CancellationToken cancellationToken = default)
    {
        var path = Tool.RequirePath("smtp-sink");
        for (var attempt = 1; ; attempt++)
        {
            var folder = new ServerFolder("sink");
            var port = LoopbackPort.FindFree();
            List<string> arguments = ["-c", .. options ?? []];
            if (Environment.IsPrivilegedProcess)
            {
                arguments.AddRange(["-u", "nobody"]);
            }

            if (keepMessages)
            {
                File.SetUnixFileMode(folder.Folder("messages"), (UnixFileMode)0b111_111_111);

                // The part after the last dot is made unique by smtp-sink itself.
                arguments.AddRange(["-d", Path.Combine(folder.Folder("messages"), "%s.")]);
            }

            arguments.AddRange([string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), "1000"]);
            var process = Tool.Start(path, arguments);
            folder.RecordProcess(process.Id, leadsGroup: false);
            var sink = new SmtpSink(folder, process, port);
            try
            {
                if (await sink.IsUpAsync(cancellationToken))
                {
                    return sink;
                }

                var said = await process.StandardError.ReadToEndAsync(cancellationToken);
                if (attempt == PortTries || !said.Contains("in use", StringComparison.OrdinalIgnoreCase))
                {
                    throw new InvalidOperationException($"smtp-sink did not start: {said}");
                }
            }
            catch
            {
                await sink.DisposeAsync();
                throw;
            }

            await sink.DisposeAsync();
        }
    }

    /// <summary>Waits until so many messages were counted.</summary>
    public Task<SinkCounters> WaitForMessagesAsync(int count, CancellationToken cancellationToken = default) =>
        WaitForAsync(counters => counters.Messages >= count, cancellationToken);

    /// <summary>Waits until its counters are so.</summary>
    public async Task<SinkCounters> WaitForAsync(Func<SinkCounters, bool> isSo, CancellationToken cancellationToken = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        while (!isSo(_counters))
        {
            await _news.Reader.ReadAsync(patience.Token);
        }

        return _counters;
    }

    /// <summary>The kept messages: fields X-Mail-Args and X-Rcpt-Args hold the envelope, then the message itself.</summary>
    public IReadOnlyList<string> ReadMessages() =>
        [.. Directory.EnumerateFiles(Path.Combine(_folder.Root, "messages")).Select(File.ReadAllText)];

    /// <summary>Waits until it has ended by itself (<c>-M</c>, <c>-n</c>) and gives its last word.</summary>
    public async Task<SinkCounters> WaitForExitAsync(CancellationToken cancellationToken = default)
    {
        await _process.WaitForExitAsync(cancellationToken);
        await _reader.WaitAsync(cancellationToken);
        return _counters;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        await _reader;
        _process.Dispose();
        _folder.Dispose();
    }

    // smtp-sink says nothing when it is up; the kernel knows who listens.
    private async Task<bool> IsUpAsync(CancellationToken cancellationToken)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!LoopbackPort.IsListening(Port))
        {
            if (_process.HasExited)
            {
                return false;
            }

            await tick.WaitForNextTickAsync(cancellationToken);
        }

        return true;
    }

    // One line, rewritten with carriage returns: "sess=2 quit=1 mesg=10".
    private async Task ReadCountersAsync()
    {
        var buffer = new char[4096];
        var text = "";
        int read;
        while ((read = await _process.StandardOutput.ReadAsync(buffer)) > 0)
        {
            text += new string(buffer, 0, read);
            if (CountersLine().Matches(text) is [.., var last])
            {
                _counters = new SinkCounters(Number(last, 1), Number(last, 2), Number(last, 3));
                text = text[(last.Index + last.Length)..];
                _news.Writer.TryWrite(true);
            }
        }

        static int Number(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"sess=(\d+) quit=(\d+) mesg=(\d+)\s")]
    private static partial Regex CountersLine();
}

/// <summary>What smtp-sink has counted.</summary>
internal sealed record SinkCounters(int Sessions, int Quits, int Messages);
