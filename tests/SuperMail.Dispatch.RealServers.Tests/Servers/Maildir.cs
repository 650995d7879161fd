using System.Text;
using System.Threading.Channels;

namespace SuperMail.Dispatch.RealServers.Tests.Servers;

/// <summary>Delivered messages, one file each.</summary>
internal sealed class Maildir : IDisposable
{
    // Not an expectation, only the end of patience: a lost message fails its test instead of hanging the run.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _new;
    private readonly FileSystemWatcher _watcher;
    private readonly Channel<bool> _arrivals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public Maildir(string root)
    {
        _new = Path.Combine(root, "new");
        _watcher = new FileSystemWatcher(_new);
        _watcher.Created += (_, _) => _arrivals.Writer.TryWrite(true);
        _watcher.Renamed += (_, _) => _arrivals.Writer.TryWrite(true);
        _watcher.Error += (_, _) => _arrivals.Writer.TryWrite(true);
        _watcher.EnableRaisingEvents = true;
    }

    public int Count => Directory.EnumerateFiles(_new).Count();

    public static void Create(string root)
    {
        foreach (var part in (string[])["tmp", "new", "cur"])
        {
            Directory.CreateDirectory(Path.Combine(root, part));
        }
    }

    /// <summary>Waits until at least so many messages were delivered and gives all that are there.</summary>
    public async Task<IReadOnlyList<DeliveredMessage>> WaitForAsync(int count, CancellationToken cancellationToken = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            while (Count < count)
            {
                await _arrivals.Reader.ReadAsync(patience.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{Count} of {count} messages were delivered.");
        }

        return [.. Directory.EnumerateFiles(_new).Select(path => new DeliveredMessage(File.ReadAllBytes(path)))];
    }

    public void Dispose() => _watcher.Dispose();
}

/// <summary>A message as delivered: lines end with LF, with the server's own fields on top.</summary>
internal sealed class DeliveredMessage(byte[] bytes)
{
    public byte[] Bytes { get; } = bytes;

    public string Text { get; } = Encoding.UTF8.GetString(bytes);

    /// <summary>MAIL FROM.</summary>
    public string EnvelopeFrom => Field("Return-Path").Trim('<', '>');

    /// <summary>RCPT TO.</summary>
    public string Recipient => Field("Delivered-To");

    /// <summary>A header field's first value, unfolded; empty when there is none.</summary>
    public string Field(string name)
    {
        var headers = Text[..Text.IndexOf("\n\n", StringComparison.Ordinal)].Replace("\n ", " ", StringComparison.Ordinal).Replace("\n\t", " ", StringComparison.Ordinal);
        return headers.Split('\n')
            .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
            .Select(line => line[(name.Length + 1)..].Trim())
            .FirstOrDefault("");
    }
}
