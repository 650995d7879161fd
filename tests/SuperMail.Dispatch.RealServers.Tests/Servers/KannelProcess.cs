using System.Collections.Concurrent;
using System.Diagnostics;

namespace SuperMail.Dispatch.RealServers.Tests.Servers;

/// <summary>One of Kannel's programs and what it says; ended by its id.</summary>
internal sealed class KannelProcess : IAsyncDisposable
{
    private readonly ServerFolder _folder = new("kannel");
    private readonly Process _process;
    private readonly Task _reading;
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly News _news = new();

    public KannelProcess(string path, IEnumerable<string> arguments)
    {
        _process = Tool.Start(path, arguments);
        _folder.RecordProcess(_process.Id, leadsGroup: false);
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
    }

    public bool HasExited => _process.HasExited;

    public IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>Looks again at every line until it is so.</summary>
    /// <exception cref="TimeoutException">It never was; says what was there instead.</exception>
    public Task UntilAsync(Func<bool> isSo, Func<string> present, CancellationToken cancellationToken) =>
        _news.UntilAsync(isSo, present, cancellationToken);

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
            _news.Signal();
        }
    }
}
