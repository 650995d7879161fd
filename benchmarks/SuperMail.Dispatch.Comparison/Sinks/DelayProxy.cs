using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace SuperMail.Dispatch.Comparison;

/// <summary>
/// A long line in front of a sink: every byte arrives so much later than it left, in both directions, in order, and as
/// many as you like are under way at once. The kernel's own delay (netem) needs rights that a container rarely has.
/// </summary>
internal sealed class DelayProxy : ISink
{
    private readonly ISink _behind;
    private readonly TimeSpan _oneWay;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;

    public DelayProxy(ISink behind, TimeSpan roundTrip)
    {
        (_behind, _oneWay) = (behind, roundTrip / 2);
        _listener.Start(backlog: 100);
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public Task<SinkCount> CountAsync(int expected) => _behind.CountAsync(expected);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
        await _behind.DisposeAsync();
    }

    private async Task AcceptAsync()
    {
        List<Task> lines = [];
        try
        {
            while (true)
            {
                lines.RemoveAll(static line => line.IsCompleted);
                lines.Add(CarryAsync(await _listener.AcceptSocketAsync(_end.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(lines);
        }
    }

    private async Task CarryAsync(Socket near)
    {
        using var far = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (near)
        {
            near.NoDelay = true;
            try
            {
                // The client's own handshake with us took no time. On a long line its SYN, the answer and the first ACK
                // travel before the server sees a connection.
                await Task.Delay(3 * _oneWay, _end.Token);
                await far.ConnectAsync(IPAddress.Loopback, _behind.Port, _end.Token);
                await Task.WhenAll(PumpAsync(near, far), PumpAsync(far, near));
            }
            catch (Exception fault) when (fault is SocketException or OperationCanceledException)
            {
                // A line that breaks, breaks for both ends: the sockets are closed here.
            }
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        var underWay = Channel.CreateUnbounded<(long Due, byte[] Bytes)>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var reading = ReadAsync();
        try
        {
            await foreach (var (due, bytes) in underWay.Reader.ReadAllAsync(_end.Token))
            {
                // A timer counts whole milliseconds; a part of one would pass at once.
                var left = Math.Ceiling(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due).TotalMilliseconds);
                if (left > 0)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(left), _end.Token);
                }

                for (var sent = 0; sent < bytes.Length;)
                {
                    sent += await to.SendAsync(bytes.AsMemory(sent), _end.Token);
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        finally
        {
            await broken.CancelAsync();
            await reading;
        }

        async Task ReadAsync()
        {
            var buffer = new byte[64 * 1024];
            try
            {
                for (int read; (read = await from.ReceiveAsync(buffer, broken.Token)) > 0;)
                {
                    Depart(buffer[..read]);
                }

                Depart([]); // the end travels as long as everything else
                underWay.Writer.TryComplete();
            }
            catch (Exception fault) when (fault is SocketException or OperationCanceledException)
            {
                underWay.Writer.TryComplete(fault);
            }

            void Depart(byte[] bytes) => underWay.Writer.TryWrite((Stopwatch.GetTimestamp() + (long)(_oneWay.TotalSeconds * Stopwatch.Frequency), bytes));
        }
    }
}
