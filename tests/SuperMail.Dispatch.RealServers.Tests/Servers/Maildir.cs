using System.Collections.Concurrent;
using System.Text;

namespace SuperMail.Dispatch.RealServers.Tests.Servers;

/// <summary>Delivered messages, one file each.</summary>
internal sealed class Maildir : IDisposable
{
    private readonly string _new;
    private readonly FileNews _news;
    private readonly ConcurrentDictionary<string, DeliveredMessage> _read = new();

    public Maildir(string root)
    {
        _new = Path.Combine(root, "new");
        _news = new FileNews(_new);
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
    public Task<IReadOnlyList<DeliveredMessage>> WaitForAsync(int count, CancellationToken cancellationToken) =>
        WaitForAsync(count, "", cancellationToken);

    /// <summary>The same, for recipients that begin so. Tests share a server and run in any order: no prefix may begin another.</summary>
    public async Task<IReadOnlyList<DeliveredMessage>> WaitForAsync(int count, string recipients, CancellationToken cancellationToken)
    {
        await _news.UntilAsync(
            () => Count >= count && Read(recipients).Count >= count,
            () => $"{Read(recipients).Count} of {count} messages were delivered.",
            cancellationToken);
        return Read(recipients);
    }

    public void Dispose() => _news.Dispose();

    // A file is there whole: it is moved into this folder when it has been written.
    private List<DeliveredMessage> Read(string recipients) =>
    [
        .. Directory.EnumerateFiles(_new)
            .Select(path => _read.GetOrAdd(path, static path => new DeliveredMessage(File.ReadAllBytes(path))))
            .Where(message => message.Recipient.StartsWith(recipients, StringComparison.Ordinal)),
    ];
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
