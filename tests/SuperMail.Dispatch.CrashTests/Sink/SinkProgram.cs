using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SuperMail.Dispatch.CrashTests.Sink;

/// <summary>
/// The relay of the crash tests, in a process of its own, so that it remembers what the killed sender cannot. Says its
/// port on standard output, takes orders from standard input and ends with it.
/// </summary>
internal sealed class SinkProgram : IDisposable
{
    public const string Verb = "sink";

    private const int ForgetsEvery = 97;

    private readonly CrashOptions _options;
    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<(int Token, bool AtEnd), bool> _refused = [];
    private int _taken;

    private SinkProgram(CrashOptions options)
    {
        _options = options;
        Log = new SinkLog(options.LogPath);
        Capabilities = string.Join("\r\n", (string[])
        [
            "250-sink.test",
            .. options.Pipelining is not SmtpPipelining.Off ? ["250-PIPELINING"] : Array.Empty<string>(),
            .. options.Transfer is Transfer.Bdat ? ["250-CHUNKING"] : Array.Empty<string>(),
            "250 8BITMIME",
        ]);
    }

    public SinkLog Log { get; }

    public KillOrder Order { get; } = new();

    public string Capabilities { get; }

    public static int Run(CrashOptions options)
    {
        using var sink = new SinkProgram(options);
        sink._listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        sink._listener.Listen();
        Console.WriteLine($"port {((IPEndPoint)sink._listener.LocalEndPoint!).Port}");
        new Thread(sink.Listen) { IsBackground = true }.Start();
        while (Console.ReadLine() is { } order)
        {
            var words = order.Split(' ');
            sink.Order.Give(
                int.Parse(words[0], CultureInfo.InvariantCulture),
                Enum.Parse<SinkPoint>(words[1]),
                int.Parse(words[2], CultureInfo.InvariantCulture));
            Console.WriteLine("armed");
        }

        return 0;
    }

    /// <summary>A message is here. One whose content was made for somebody else is worse than a lost one.</summary>
    public void Receive(int recipient, int token)
    {
        if (_options.Sabotage is not Sabotage.ForgetfulSink || Interlocked.Increment(ref _taken) % ForgetsEvery != 0)
        {
            Log.Add(recipient == token ? SinkEvent.Received : SinkEvent.Mixed, recipient);
        }

        if (_options.Pace > TimeSpan.Zero)
        {
            Thread.Sleep(_options.Pace); // a relay that needs no time would leave no moment to be killed in
        }
    }

    /// <summary>Some recipients are refused once, at RCPT or at the end of data: their retries make child slices.</summary>
    public bool Refuses(int recipient, bool atEnd) =>
        _options.Refusals && recipient % 40 == (atEnd ? 19 : 7) && _refused.TryAdd((recipient, atEnd), true);

    public void Dispose()
    {
        _listener.Dispose();
        Log.Dispose();
    }

    private void Listen()
    {
        try
        {
            while (true)
            {
                var socket = _listener.Accept();
                socket.NoDelay = true;
                new Thread(new SinkConversation(socket, this).Run, maxStackSize: 256 * 1024) { IsBackground = true }.Start();
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The judge has closed standard input: over.
        }
    }
}
