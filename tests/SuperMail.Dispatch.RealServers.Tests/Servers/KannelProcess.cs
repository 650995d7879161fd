using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;

namespace SuperMail.Dispatch.RealServers.Tests.Servers;

/// <summary>One of Kannel's programs and what it says; ended by its id.</summary>
internal sealed class KannelProcess : IAsyncDisposable
{
    // Not an expectation, only the end of patience: what is lost fails its test instead of hanging the run.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ServerFolder _folder = new("kannel");
    private readonly Process _process;
    private readonly Task _reading;
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public KannelProcess(string path, IEnumerable<string> arguments)
    {
        _process = Tool.Start(path, arguments);
        _folder.RecordProcess(_process.Id, leadsGroup: false);
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
    }

    public bool HasExited => _process.HasExited;

    public IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>Looks again at every line until it is so.</summary>
    public async Task UntilAsync(Func<bool> isSo, Func<string> present, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            while (!isSo())
            {
                await _news.Reader.ReadAsync(patience.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(present());
        }
    }

    public async ValueTask DisposeAsync()
    {
        // At once: what it holds is thrown away, and a polite goodbye takes seconds.
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        await _reading;
        _process.Dispose();
        _folder.Dispose();
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            _lines.Enqueue(line);
            _news.Writer.TryWrite(true);
        }
    }
}
