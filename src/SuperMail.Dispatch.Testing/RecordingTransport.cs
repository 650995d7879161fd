using System.Collections.Concurrent;
using System.Text;

namespace SuperMail.Dispatch.Testing;

/// <summary>
/// A transport that sends nothing and records everything: for unit tests of a host, without sockets.
/// Register it with <c>AddMailingDispatch(…).UseTransport(_ =&gt; recording)</c>.
/// </summary>
public sealed class RecordingTransport : IMailTransport
{
    private readonly ConcurrentQueue<RecordedMessage> _messages = new();
    private readonly Func<RecordedMessage, Verdict>? _judge;
    private int _sessions;
    private int _open;
    private int _most;

    /// <summary>Takes every message, or gives each the verdict that <paramref name="judge"/> finds.</summary>
    /// <param name="judge">Called for each message; must not return null.</param>
    public RecordingTransport(Func<RecordedMessage, Verdict>? judge = null) => _judge = judge;

    /// <summary>Whether messages are kept; false counts only, for large runs. Default true.</summary>
    public bool KeepMessages { get; init; } = true;

    /// <summary>Called before each connection opens; throw a <see cref="MailTransportException"/> to refuse it, or wait.</summary>
    public Func<int, CancellationToken, ValueTask>? OnOpen { get; init; }

    /// <summary>Called before each verdict, to hold messages back until a signal.</summary>
    public Func<RecordedMessage, CancellationToken, ValueTask>? OnMessage { get; init; }

    /// <summary>What was handed over up to now, in order: what comes later does not change it.</summary>
    public IReadOnlyCollection<RecordedMessage> Messages => _messages.ToArray();

    /// <summary>Connections opened so far.</summary>
    public int Connections => Volatile.Read(ref _sessions);

    /// <summary>The most connections that were open at once.</summary>
    public int MostAtOnce => Volatile.Read(ref _most);

    /// <inheritdoc/>
    public async ValueTask<IMailSession> OpenAsync(CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _sessions);
        if (OnOpen is not null)
        {
            await OnOpen(number, cancellationToken).ConfigureAwait(false);
        }

        var open = Interlocked.Increment(ref _open);
        for (var most = _most; open > most; most = _most)
        {
            Interlocked.CompareExchange(ref _most, open, most);
        }

        return new Session(this, number);
    }

    private sealed class Session(RecordingTransport owner, int number) : IMailSession
    {
        private int _closed;

        public async ValueTask SendAsync(IMailFeed feed, CancellationToken cancellationToken)
        {
            while (await feed.NextAsync(cancellationToken).ConfigureAwait(false) is { } message)
            {
                var recorded = new RecordedMessage(number, message.Envelope, owner.KeepMessages ? Read(message) : default);
                if (owner.OnMessage is not null)
                {
                    await owner.OnMessage(recorded, cancellationToken).ConfigureAwait(false);
                }

                if (owner.KeepMessages)
                {
                    owner._messages.Enqueue(recorded);
                }

                message.Report(owner._judge?.Invoke(recorded) ?? Taken);
            }
        }

        public ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0)
            {
                Interlocked.Decrement(ref owner._open);
            }

            return ValueTask.CompletedTask;
        }

        private static Verdict Taken { get; } = new() { Kind = VerdictKind.Sent, Phase = DeliveryPhase.EndOfData, ReplyCode = 250 };

        private static ReadOnlyMemory<byte> Read(OutgoingMessage message)
        {
            var writer = new System.Buffers.ArrayBufferWriter<byte>((int)Math.Max(1, message.Length));
            message.CopyTo(writer);
            return writer.WrittenMemory;
        }
    }
}

/// <summary>A message that a <see cref="RecordingTransport"/> was given.</summary>
/// <param name="Connection">Which connection carried it, from 1.</param>
/// <param name="Envelope">Sender and recipient.</param>
/// <param name="Content">RFC 5322 bytes; empty when messages are not kept.</param>
public sealed record RecordedMessage(int Connection, Envelope Envelope, ReadOnlyMemory<byte> Content)
{
    /// <summary>The content as UTF-8 text.</summary>
    public string Text => Encoding.UTF8.GetString(Content.Span);
}
