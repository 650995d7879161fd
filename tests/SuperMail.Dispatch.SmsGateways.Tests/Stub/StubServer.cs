using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace SuperMail.Dispatch.SmsGateways.Tests.Stub;

/// <summary>A small HTTP/1.1 server on loopback that answers as it is told and misbehaves on demand.</summary>
internal sealed class StubServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<StubRequest, StubReply> _answer;
    private readonly ConcurrentQueue<StubRequest> _requests = [];
    private readonly Channel<StubRequest> _news = Channel.CreateUnbounded<StubRequest>();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;

    public StubServer(Func<StubRequest, StubReply> answer)
    {
        _answer = answer;
        _listener.Start();
        Address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = AcceptAsync();
    }

    public StubServer(StubReply reply)
        : this(_ => reply)
    {
    }

    public string Address { get; }

    /// <summary>What came, in order.</summary>
    public IReadOnlyList<StubRequest> Requests => [.. _requests];

    /// <summary>The next request, as soon as it has come whole.</summary>
    public ValueTask<StubRequest> NextAsync(CancellationToken cancellationToken) => _news.Reader.ReadAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Stop();
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var closing = client;
        try
        {
            var stream = client.GetStream();
            while (await StubRequest.ReadAsync(stream, _stop.Token) is { } request)
            {
                var reply = _answer(request);
                _requests.Enqueue(request);
                _news.Writer.TryWrite(request);
                if (!await AnswerAsync(stream, reply))
                {
                    return;
                }
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException or SocketException)
        {
        }
    }

    private async Task<bool> AnswerAsync(NetworkStream stream, StubReply reply)
    {
        switch (reply.Way)
        {
            case StubWay.Hang:
                await Task.Delay(Timeout.Infinite, _stop.Token);
                return false;
            case StubWay.Close:
                return false;
            case StubWay.Endless:
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {reply.Status} x\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"), _stop.Token);
                while (true)
                {
                    await stream.WriteAsync(new byte[64 * 1024], _stop.Token);
                }

            default:
                var body = Encoding.UTF8.GetBytes(reply.Body);
                var length = body.Length + (reply.Way == StubWay.Cut ? 100 : 0);
                var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {reply.Status} x\r\nContent-Length: {length}\r\n");
                if (reply.Type is { } type)
                {
                    head.Append(CultureInfo.InvariantCulture, $"Content-Type: {type}\r\n");
                }

                foreach (var (name, value) in reply.Headers)
                {
                    head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
                }

                await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), _stop.Token);
                await stream.WriteAsync(body, _stop.Token);
                return reply.Way != StubWay.Cut;
        }
    }
}
