using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace SuperMail.Dispatch.Smtp;

/// <summary>Bytes out, replies in, on one socket. One owner; broken once, broken for good.</summary>
internal sealed class SmtpConnection : IAsyncDisposable
{
    private const int ReadSize = 8192;

    // RFC 5321 §4.5.3.1.5: a reply line has at most 512 octets; 64 messages with four replies each.
    private const int MostUnread = 128 * 1024;

    private readonly Socket _socket;
    private readonly Deadline _deadline;
    private readonly ReplyParser _parser = new();
    private Stream _stream;

    // Read side: unread bytes are _input[_head.._tail]; a read that was started and not yet taken is _filling.
    private byte[] _input = ArrayPool<byte>.Shared.Rent(ReadSize);
    private int _head;
    private int _tail;
    private Task<int>? _filling;

    // Set by the timer or by a token, from another thread: why the socket was closed under our hands.
    private volatile int _ended;

    public SmtpConnection(Socket socket, TimeProvider time)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _deadline = new Deadline(time, () => End(WireFault.TimedOut));
        Time = time;
    }

    public TimeProvider Time { get; }

    public Socket Socket => _socket;

    /// <summary>The stream below; TLS is put around it.</summary>
    public Stream Stream
    {
        get => _stream;
        set
        {
            _stream = value;
            IsSecure = true;
        }
    }

    public bool IsSecure { get; private set; }

    /// <summary>The text of the greeting: which of the servers behind an address this is. Empty before it came.</summary>
    public string Banner { get; set; } = "";

    /// <summary>What no reply may repeat: the login's parts.</summary>
    public Concealment Concealed { get; } = new();

    /// <summary>True when bytes are there that no outstanding command explains, or the peer has closed.</summary>
    public bool HasInput => _tail > _head || _filling is { IsCompleted: true } || (!IsSecure && _filling is null && HasSocketInput());

    /// <summary>As <see cref="HasInput"/>, and over TLS too when a record or a part of it waits below: nothing asked for it.</summary>
    public bool HasInputBelow => HasInput || (IsSecure && _filling is null && HasSocketInput());

    /// <summary>
    /// True when the peer spoke or went while nothing was outstanding. Asks the socket too: the watching read may not
    /// have been told yet, and readable with nothing to read means closed or reset.
    /// </summary>
    public bool HasStirred => HasInput || (!IsSecure && Asks(static s => s.Poll(0, SelectMode.SelectRead)));

    /// <summary>True when bytes were read and not yet used.</summary>
    public bool HasBufferedInput => _tail > _head;

    /// <summary>True when so many lines, each to its end, were read and not yet used.</summary>
    public bool HasBufferedLines(int count) => _input.AsSpan(_head, _tail - _head).Count((byte)'\n') >= count;

    /// <summary>Closes the socket at once, from any thread; whatever is pending fails.</summary>
    public void Stop() => End(WireFault.Stopped);

    /// <summary>What is done on the stream below ends by then.</summary>
    public void SetDeadline(TimeSpan timeout) => _deadline.Set(timeout);

    public void ClearDeadline() => _deadline.Clear();

    /// <summary>Writes all; goes on reading while the write is pending.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, TimeSpan timeout)
    {
        ValueTask write;
        try
        {
            write = _stream.WriteAsync(bytes);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            throw Broken(e);
        }

        return write.IsCompletedSuccessfully ? default : FinishWriteAsync(write, timeout);
    }

    /// <summary>The next reply. The deadline starts now: its command has left, the reply before it was read.</summary>
    public ValueTask<SmtpReply> ReadReplyAsync(TimeSpan timeout, bool keepText = false) =>
        TryTakeReply(keepText, out var reply) ? new(reply) : ReadReplySlowAsync(timeout, keepText);

    /// <summary>Starts a read although nothing is outstanding, so that a relay that closes meanwhile is noticed.</summary>
    public void Watch()
    {
        if (_filling is null && _tail == _head)
        {
            _filling = StartFill().AsTask();
        }
    }

    /// <summary>Why an operation on the stream below failed.</summary>
    public WireException EndedAs(Exception failure) => Broken(failure);

    public async ValueTask DisposeAsync()
    {
        End(WireFault.Stopped);
        _deadline.Dispose();
        if (_filling is { } filling)
        {
            // The buffer must not go back to the pool while a read may still write into it.
            await ((Task)filling).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        try
        {
            await _stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // A TLS stream may still try to say goodbye on the closed socket.
        }

        ArrayPool<byte>.Shared.Return(_input);
        _input = [];
        _head = _tail = 0;
    }

    private async ValueTask FinishWriteAsync(ValueTask pending, TimeSpan timeout)
    {
        // RFC 2920 §3.1: a client that does not read while it writes may block for ever with a server that does the same.
        var write = pending.AsTask();
        _deadline.Set(timeout);
        try
        {
            while (!write.IsCompleted)
            {
                if (_filling is null)
                {
                    Compact();
                    if (_tail == _input.Length && !TryGrow())
                    {
                        break;
                    }

                    _filling = StartFill().AsTask();
                }

                if (await Task.WhenAny(write, _filling).ConfigureAwait(false) == _filling && !TryTakeFill())
                {
                    break;
                }
            }

            await write.ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            throw Broken(e);
        }
        finally
        {
            _deadline.Clear();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SmtpReply> ReadReplySlowAsync(TimeSpan timeout, bool keepText)
    {
        _deadline.Set(timeout);
        try
        {
            SmtpReply reply;
            do
            {
                int count;
                if (_filling is { } filling)
                {
                    count = await filling.ConfigureAwait(false);
                    _filling = null;
                }
                else
                {
                    Compact();
                    count = await StartFill().ConfigureAwait(false);
                }

                _tail += count;
                if (count == 0)
                {
                    throw Broken(null);
                }
            }
            while (!TryTakeReply(keepText, out reply));

            return reply;
        }
        catch (Exception e) when (e is (IOException and not WireException) or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            _filling = null;
            throw Broken(e);
        }
        finally
        {
            _deadline.Clear();
        }
    }

    private bool TryTakeReply(bool keepText, out SmtpReply reply)
    {
        if (_tail == _head)
        {
            reply = default;
            return false;
        }

        ReadOnlySpan<byte> bytes = _input.AsSpan(_head, _tail - _head);
        var whole = _parser.TryParse(ref bytes, keepText, out reply);
        reply = Concealed.Conceal(reply);
        _head = _tail - bytes.Length;
        return whole;
    }

    private ValueTask<int> StartFill() => _stream.ReadAsync(_input.AsMemory(_tail));

    /// <summary>Takes what a finished read brought; false when it failed or the peer has closed (the next reader finds out why).</summary>
    private bool TryTakeFill()
    {
        if (_filling is not { IsCompletedSuccessfully: true, Result: > 0 } filling)
        {
            return false;
        }

        _tail += filling.Result;
        _filling = null;
        return true;
    }

    // A line is at most 4 KiB and the buffer 8 KiB: after moving the rest to the front there is always room.
    private void Compact()
    {
        if (_filling is null && _head > 0)
        {
            _input.AsSpan(_head, _tail - _head).CopyTo(_input);
            _tail -= _head;
            _head = 0;
        }
    }

    /// <summary>Room for what comes while a write is pending: the replies to all of a deep flight, if it must be.</summary>
    private bool TryGrow()
    {
        if (_input.Length >= MostUnread)
        {
            return false;
        }

        var larger = ArrayPool<byte>.Shared.Rent(_input.Length * 2);
        _input.AsSpan(0, _tail).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_input);
        _input = larger;
        return true;
    }

    private bool HasSocketInput() => Asks(static s => s.Available > 0);

    private bool Asks(Func<Socket, bool> question)
    {
        try
        {
            return question(_socket);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }

    private void End(WireFault why)
    {
        // 0 = still going; else the fault + 1. The first reason is the true one.
        if (Interlocked.CompareExchange(ref _ended, (int)why + 1, 0) == 0 || why == WireFault.Stopped)
        {
            _socket.Dispose();
        }
    }

    private WireException Broken(Exception? inner) => _ended switch
    {
        (int)WireFault.TimedOut + 1 => new WireException(WireFault.TimedOut, "The relay did not answer in time.", inner),
        (int)WireFault.Stopped + 1 => new WireException(WireFault.Stopped, "The connection was closed on request.", inner),
        _ when inner is null => new WireException(WireFault.Closed, "The relay closed the connection."),
        _ => new WireException(WireFault.Lost, $"The connection was lost: {inner.Message}", inner),
    };
}
