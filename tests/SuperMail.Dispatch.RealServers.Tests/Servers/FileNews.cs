namespace SuperMail.Dispatch.RealServers.Tests.Servers;

/// <summary>Waits for what a server writes into a folder, woken by the kernel.</summary>
internal sealed class FileNews : IDisposable
{
    private readonly FileSystemWatcher _watcher;
    private readonly News _news = new();

    public FileNews(string folder, string filter = "*")
    {
        _watcher = new FileSystemWatcher(folder, filter);
        _watcher.Created += (_, _) => _news.Signal();
        _watcher.Renamed += (_, _) => _news.Signal();
        _watcher.Changed += (_, _) => _news.Signal();
        _watcher.Error += (_, _) => _news.Signal();
        _watcher.EnableRaisingEvents = true;
    }

    /// <summary>Looks again at every change until it is so.</summary>
    /// <exception cref="TimeoutException">It never was; says what was there instead.</exception>
    public Task UntilAsync(Func<bool> isSo, Func<string> present, CancellationToken cancellationToken) =>
        _news.UntilAsync(isSo, present, cancellationToken);

    public void Dispose() => _watcher.Dispose();
}
