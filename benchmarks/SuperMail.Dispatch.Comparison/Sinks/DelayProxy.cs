using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SuperMail.Dispatch.Comparison;

/// <summary>
/// A long line in front of a sink: every byte arrives so much later than it left, in both directions, in order, and as
/// many as you like are under way at once. The kernel's own delay (netem) needs rights that a container rarely has.
/// </summary>
/// <remarks>
/// One thread that waits in <c>poll</c> for what comes first, bytes or their time: timers of the pool count whole
/// milliseconds and are late when processors are busy, and the line must cost those whom it joins as little as may be.
/// </remarks>
internal sealed class DelayProxy : ISink
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(20); // so that an end is noticed

    private readonly ISink _behind;
    private readonly long _oneWay;
    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
    private readonly List<Line> _lines = [];
    private readonly Thread _thread;
    private volatile bool _isEnding;

    public DelayProxy(ISink behind, TimeSpan roundTrip)
    {
        (_behind, _oneWay) = (behind, (long)(roundTrip.TotalSeconds / 2 * Stopwatch.Frequency));
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(backlog: 100);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _thread = new Thread(Run) { IsBackground = true, Name = "line" };
        _thread.Start();
    }

    public int Port { get; }

    public Task<SinkCount> CountAsync(int expected) => _behind.CountAsync(expected);

    public async ValueTask DisposeAsync()
    {
        _isEnding = true;
        _thread.Join();
        _listener.Dispose();
        _lines.ForEach(static line => line.Dispose());
        await _behind.DisposeAsync();
    }

    private void Run()
    {
        List<Socket> readable = [];
        while (!_isEnding)
        {
            readable.Clear();
            readable.Add(_listener);
            var next = Stopwatch.GetTimestamp() + (long)(LongestWait.TotalSeconds * Stopwatch.Frequency);
            foreach (var line in _lines)
            {
                line.Listen(readable);
                next = Math.Min(next, line.Next);
            }

            var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), next);
            Socket.Select(readable, null, null, left > TimeSpan.Zero ? left : TimeSpan.Zero);
            if (readable.Contains(_listener))
            {
                // The client's own handshake with us took no time. On a long line its SYN, the answer and the first ACK
                // travel before the server sees a connection.
                _lines.Add(new Line(_listener.Accept(), _behind.Port, _oneWay, Stopwatch.GetTimestamp() + (3 * _oneWay)));
            }

            foreach (var line in _lines)
            {
                line.Carry(readable);
            }

            _lines.RemoveAll(static line => line.IsOver);
        }
    }

    /// <summary>A connection and the one behind it. Bytes and the end of them travel alike.</summary>
    private sealed class Line(Socket near, int port, long oneWay, long opens) : IDisposable
    {
        private readonly byte[] _buffer = new byte[64 * 1024];
        private readonly Way _out = new();
        private readonly Way _back = new();
        private Socket? _far;

        public bool IsOver { get; private set; }

        /// <summary>When there is something to do here though nobody says anything.</summary>
        public long Next => _far is null ? opens : Math.Min(_out.Next, _back.Next);

        public void Listen(List<Socket> readable)
        {
            if (_far is null)
            {
                return;
            }

            if (!_out.HasEnded)
            {
                readable.Add(near);
            }

            if (!_back.HasEnded)
            {
                readable.Add(_far);
            }
        }

        public void Carry(List<Socket> readable)
        {
            try
            {
                if (_far is null)
                {
                    if (Stopwatch.GetTimestamp() >= opens)
                    {
                        _far = new Socket(SocketType.Stream, ProtocolType.Tcp);
                        _far.Connect(IPAddress.Loopback, port);
                        (near.NoDelay, _far.NoDelay, near.Blocking, _far.Blocking) = (true, true, false, false);
                    }

                    return;
                }

                Take(near, _out, readable);
                Take(_far, _back, readable);
                _out.Deliver(_far);
                _back.Deliver(near);
                IsOver = _out.IsDelivered && _back.IsDelivered;
            }
            catch (SocketException)
            {
                IsOver = true; // a line that breaks, breaks for both ends
            }

            if (IsOver)
            {
                Dispose();
            }
        }

        public void Dispose()
        {
            near.Dispose();
            _far?.Dispose();
        }

        private void Take(Socket from, Way way, List<Socket> readable)
        {
            if (readable.Contains(from))
            {
                var read = from.Receive(_buffer);
                way.Depart(_buffer.AsSpan(0, read), Stopwatch.GetTimestamp() + oneWay);
            }
        }
    }

    /// <summary>What is under way in one direction.</summary>
    private sealed class Way
    {
        private readonly Queue<(long Due, byte[] Bytes)> _underWay = [];
        private int _sent;

        public bool HasEnded { get; private set; }

        public bool IsDelivered { get; private set; }

        public long Next => _underWay.TryPeek(out var first) ? first.Due : long.MaxValue;

        /// <summary>No bytes = the end.</summary>
        public void Depart(ReadOnlySpan<byte> bytes, long due)
        {
            HasEnded = bytes.IsEmpty;
            _underWay.Enqueue((due, bytes.ToArray()));
        }

        public void Deliver(Socket to)
        {
            while (_underWay.TryPeek(out var first) && first.Due <= Stopwatch.GetTimestamp())
            {
                if (first.Bytes.Length == 0)
                {
                    to.Shutdown(SocketShutdown.Send);
                    IsDelivered = true;
                }
                else
                {
                    _sent += to.Send(first.Bytes.AsSpan(_sent), SocketFlags.None, out var error);
                    if (error is SocketError.WouldBlock)
                    {
                        return; // its buffer is full: again in the next round
                    }

                    if (error is not SocketError.Success)
                    {
                        throw new SocketException((int)error);
                    }
                }

                if (_sent == first.Bytes.Length)
                {
                    _underWay.Dequeue();
                    _sent = 0;
                }
            }
        }
    }
}
