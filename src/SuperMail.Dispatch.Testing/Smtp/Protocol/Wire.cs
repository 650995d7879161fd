using System.Buffers;
using System.Net.Security;

namespace SuperMail.Dispatch.Testing.Protocol;

/// <summary>The octets of one connection: one pooled buffer in, one out. Replies gather until <see cref="FlushAsync"/>,
/// so that a group of commands is answered in one write (RFC 2920 §3.2).</summary>
internal sealed class Wire(Stream stream) : IAsyncDisposable
{
    /// <summary>RFC 4954 §4 lets an AUTH line be this long; no other is longer.</summary>
    public const int LongestLine = 12288;

    private const int InputSize = 64 * 1024;

    // The reader's side. A read may be left pending while a delay or a hang watches for the client's FIN.
    private readonly byte[] _input = ArrayPool<byte>.Shared.Rent(InputSize);
    private int _start;
    private int _end;
    private bool _skippingLongLine;
    private Task<int>? _pendingRead;

    // The writer's side.
    private readonly ArrayBufferWriter<byte> _output = new(4096);

    public Stream Stream { get; private set; } = stream;

    public bool IsFinished { get; private set; }

    public ReadOnlyMemory<byte> Buffered => _input.AsMemory(_start.._end);

    public bool HasInput => _end > _start;

    public int PendingOutput => _output.WrittenCount;

    public void Consume(int count) => _start += count;

    /// <summary>A line without its end, valid until the next fill. Only CRLF ends a line properly; a line that ends
    /// otherwise, or is too long, is reported as such so that no client goes unnoticed with it.</summary>
    public bool TryReadLine(out ReadOnlyMemory<byte> line, out Reply? fault)
    {
        ReadOnlyMemory<byte> buffered = Buffered;
        int end = buffered.Span.IndexOf((byte)'\n');
        line = default;
        fault = null;
        if (end < 0)
        {
            if (buffered.Length > LongestLine)
            {
                _skippingLongLine = true;
                _start = _end;
            }

            return false;
        }

        Consume(end + 1);
        if (_skippingLongLine || end > LongestLine)
        {
            _skippingLongLine = false;
            fault = Replies.LineTooLong;
            return true;
        }

        bool proper = end > 0 && buffered.Span[end - 1] == '\r';
        line = buffered[..(proper ? end - 1 : end)];
        if (!proper || line.Span.IndexOfAny((byte)'\r', (byte)'\0') >= 0)
        {
            fault = Replies.BareLineEnd;
        }

        return true;
    }

    /// <summary>Reads more, or nothing while what a wait has read ahead fills the buffer. False when the client has sent FIN.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        int read;
        if (_pendingRead is { } pending)
        {
            read = await pending.WaitAsync(cancellationToken).ConfigureAwait(false);
            _pendingRead = null;
        }
        else
        {
            MakeRoom();
            if (_end == InputSize)
            {
                return true; // a read into no room would pass for a FIN
            }

            read = await Stream.ReadAsync(_input.AsMemory(_end, InputSize - _end), cancellationToken).ConfigureAwait(false);
        }

        return Received(read);
    }

    /// <summary>Waits for the task, reading meanwhile as far as the buffer goes, so that a FIN is seen.
    /// False when the client closed first.</summary>
    public async ValueTask<bool> FillUntilAsync(Task signal, CancellationToken cancellationToken)
    {
        using var readAhead = new CancellationTokenSource();
        Task ended = signal.WaitAsync(cancellationToken);
        MakeRoom();
        while (!ended.IsCompleted && !IsFinished && _end < InputSize)
        {
            _pendingRead ??= Stream.ReadAsync(_input.AsMemory(_end, InputSize - _end), readAhead.Token).AsTask();
            if (await Task.WhenAny(ended, _pendingRead).ConfigureAwait(false) == _pendingRead)
            {
                await FillAsync(cancellationToken).ConfigureAwait(false);
                MakeRoom();
            }
        }

        await StopReadingAheadAsync(readAhead).ConfigureAwait(false);
        if (!IsFinished)
        {
            await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return !IsFinished;
    }

    /// <summary>Reads and throws away until the client's FIN.</summary>
    public async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        do
        {
            _start = _end = 0;
        }
        while (!IsFinished && await FillAsync(cancellationToken).ConfigureAwait(false));
    }

    public void Write(ReadOnlySpan<byte> octets) => _output.Write(octets);

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_output.WrittenCount > 0)
        {
            await Stream.WriteAsync(_output.WrittenMemory, cancellationToken).ConfigureAwait(false);
            _output.ResetWrittenCount();
        }
    }

    /// <summary>Writes octet by octet, so that a client sees every possible cut of a reply.</summary>
    public async ValueTask DribbleAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < octets.Length; i++)
        {
            await Stream.WriteAsync(octets.Slice(i, 1), cancellationToken).ConfigureAwait(false);
            await Task.Yield();
        }
    }

    /// <summary>Goes on over another stream. Input that came before is thrown away: a client that talks ahead of the
    /// handshake must not have it taken as said under TLS (RFC 3207 §4.2, CVE-2011-0411).</summary>
    public void Upgrade(Stream secured)
    {
        Stream = secured;
        _start = _end = 0;
    }

    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync().ConfigureAwait(false);
        if (_pendingRead is { } pending)
        {
            // The buffer goes back to the pool only when nothing can write into it any more.
            await ((Task)pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        ArrayPool<byte>.Shared.Return(_input);
    }

    /// <summary>In clear, no read may stay pending: the next octets may be a handshake's. A socket's read can be
    /// cancelled without loss; one of SslStream cannot, and there is no second handshake to disturb.</summary>
    private async ValueTask StopReadingAheadAsync(CancellationTokenSource readAhead)
    {
        if (_pendingRead is { } pending && Stream is not SslStream)
        {
            await readAhead.CancelAsync().ConfigureAwait(false);
            _pendingRead = null;
            try
            {
                Received(await pending.ConfigureAwait(false));
            }
            catch (OperationCanceledException)
            {
                // Nothing was read.
            }
        }
    }

    private bool Received(int read)
    {
        _end += read;
        IsFinished |= read == 0;
        return read > 0;
    }

    private void MakeRoom()
    {
        if (_pendingRead is not null)
        {
            return;
        }

        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_start > 0)
        {
            _input.AsSpan(_start.._end).CopyTo(_input);
            _end -= _start;
            _start = 0;
        }
    }
}
