using System.Threading.Channels;

namespace SuperMail.Dispatch.RealServers.Tests.Servers;

/// <summary>Wakes who waits for something to become so; many signals at once are one.</summary>
internal sealed class News
{
    // Not an expectation, only the end of patience: what is lost fails its test instead of hanging the run.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Signal() => _signals.Writer.TryWrite(true);

    /// <summary>Looks again at every signal until it is so.</summary>
    /// <exception cref="TimeoutException">It never was; says what was there instead.</exception>
    public async Task UntilAsync(Func<bool> isSo, Func<string> present, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            while (!isSo())
            {
                await _signals.Reader.ReadAsync(patience.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(present());
        }
    }
}
