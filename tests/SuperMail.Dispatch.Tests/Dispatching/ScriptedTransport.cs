namespace SuperMail.Dispatch.Tests.Dispatching;

/// <summary>A host's own transport, misbehaving as a test likes. Connections are numbered from 1.</summary>
internal sealed class ScriptedTransport(
    Func<int, IMailFeed, CancellationToken, ValueTask> send,
    Func<int, CancellationToken, ValueTask>? open = null,
    Func<int, ValueTask>? close = null) : IMailTransport
{
    private int _connections;

    public static Verdict Taken { get; } = new() { Kind = VerdictKind.Sent, Phase = DeliveryPhase.EndOfData, ReplyCode = 250 };

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Takes everything.</summary>
    public static async ValueTask TakeAll(int connection, IMailFeed feed, CancellationToken cancellationToken)
    {
        while (await feed.NextAsync(cancellationToken) is { } message)
        {
            message.Report(Taken);
        }
    }

    public async ValueTask<IMailSession> OpenAsync(CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _connections);
        if (open is not null)
        {
            await open(number, cancellationToken);
        }

        return new Session(this, number);
    }

    private readonly Func<int, IMailFeed, CancellationToken, ValueTask> _send = send;
    private readonly Func<int, ValueTask>? _close = close;

    private sealed class Session(ScriptedTransport owner, int number) : IMailSession
    {
        public ValueTask SendAsync(IMailFeed feed, CancellationToken cancellationToken) => owner._send(number, feed, cancellationToken);

        public ValueTask DisposeAsync() => owner._close?.Invoke(number) ?? default;
    }
}
