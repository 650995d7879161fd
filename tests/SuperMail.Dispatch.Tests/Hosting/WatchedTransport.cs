namespace SuperMail.Dispatch.Tests.Hosting;

/// <summary>A wire that keeps a journal of its connections: opened, carried, closed, in order.</summary>
internal sealed class WatchedTransport(Func<int, Envelope, CancellationToken, ValueTask>? onMessage = null) : IMailTransport
{
    private readonly Lock _lock = new();
    private readonly List<(int Connection, bool Opens)> _journal = [];
    private readonly List<int> _carried = [];

    /// <summary>Messages of each connection, in order of opening.</summary>
    public IReadOnlyList<int> Carried
    {
        get
        {
            lock (_lock)
            {
                return [.. _carried];
            }
        }
    }

    public int Connections => Carried.Count;

    /// <summary>The groups of connections that were open together, after each opening; numbers from 0.</summary>
    public IEnumerable<int[]> OpenTogether()
    {
        var open = new HashSet<int>();
        foreach (var (connection, opens) in _journal)
        {
            if (opens)
            {
                open.Add(connection);
                yield return [.. open];
            }
            else
            {
                open.Remove(connection);
            }
        }
    }

    public ValueTask<IMailSession> OpenAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _carried.Add(0);
            _journal.Add((_carried.Count - 1, true));
            return new(new Session(this, _carried.Count - 1, onMessage));
        }
    }

    private sealed class Session(WatchedTransport owner, int number, Func<int, Envelope, CancellationToken, ValueTask>? onMessage) : IMailSession
    {
        public async ValueTask SendAsync(IMailFeed feed, CancellationToken cancellationToken)
        {
            while (await feed.NextAsync(cancellationToken) is { } message)
            {
                lock (owner._lock)
                {
                    owner._carried[number]++;
                }

                if (onMessage is not null)
                {
                    await onMessage(number, message.Envelope, cancellationToken);
                }

                message.Report(new Verdict { Kind = VerdictKind.Sent, ReplyCode = 250 });
            }
        }

        public ValueTask DisposeAsync()
        {
            lock (owner._lock)
            {
                owner._journal.Add((number, false));
            }

            return ValueTask.CompletedTask;
        }
    }
}
