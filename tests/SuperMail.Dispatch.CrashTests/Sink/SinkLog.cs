using System.Globalization;
using System.Text;

namespace SuperMail.Dispatch.CrashTests.Sink;

/// <summary>What the sink wrote of one message.</summary>
internal enum SinkEvent
{
    /// <summary>Its end of data is here: from now on the sink has it.</summary>
    Received = 'R',

    /// <summary>The reply to its end of data was handed to the socket.</summary>
    Answered = 'A',

    /// <summary>It came to another recipient than the one that it was made for.</summary>
    Mixed = 'X',
}

/// <summary>
/// The sink's log: records of one length, appended by one write each, so that the number of messages is the file's
/// length and nothing of it is torn. The sink itself is never killed.
/// </summary>
internal sealed class SinkLog(string path) : IDisposable
{
    public const int RecordLength = 12;

    private readonly Lock _lock = new();
    private readonly FileStream _file = new(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

    public void Add(SinkEvent happened, int token)
    {
        Span<byte> record = stackalloc byte[RecordLength];
        record[0] = (byte)happened;
        token.TryFormat(record[1..^1], out _, "D10", CultureInfo.InvariantCulture);
        record[^1] = (byte)'\n';
        lock (_lock)
        {
            _file.Write(record);
        }
    }

    public void Dispose() => _file.Dispose();

    public static IEnumerable<(SinkEvent Event, int Token)> Read(string path) =>
        File.ReadLines(path, Encoding.ASCII).Select(static line => ((SinkEvent)line[0], int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture)));
}
