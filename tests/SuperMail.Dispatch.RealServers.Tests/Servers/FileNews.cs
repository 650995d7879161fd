using System.Threading.Channels;

namespace SuperMail.Dispatch.RealServers.Tests.Servers;

/// <summary>Waits for what a server writes into a folder, woken by the kernel.</summary>
internal sealed class FileNews : IDisposable
{
    // Not an expectation, only the end of patience: what is lost fails its test instead of hanging the run.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly FileSystemWatcher _watcher;
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public FileNews(string folder, string filter = "*")
    {
        _watcher = new FileSystemWatcher(folder, filter);
        _watcher.Created += (_, _) => _news.Writer.TryWrite(true);
        _watcher.Renamed += (_, _) => _news.Writer.TryWrite(true);
        _watcher.Changed += (_, _) => _news.Writer.TryWrite(true);
        _watcher.Error += (_, _) => _news.Writer.TryWrite(true);
        _watcher.EnableRaisingEvents = true;
    }

    /// <summary>Looks again at every change until it is so.</summary>
    /// <exception cref="TimeoutException">It never was; says what was there instead.</exception>
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

    public void Dispose() => _watcher.Dispose();
}
