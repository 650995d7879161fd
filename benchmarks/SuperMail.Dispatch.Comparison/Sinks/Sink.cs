namespace SuperMail.Dispatch.Comparison;

/// <summary>A server on loopback that takes everything, and counts it itself.</summary>
internal interface ISink : IAsyncDisposable
{
    /// <summary>Where it listens, on 127.0.0.1.</summary>
    int Port { get; }

    /// <summary>The PEM file of the authority that signed its certificate, when it demands STARTTLS and a login.</summary>
    string? AuthorityPath => null;

    /// <summary>Waits until it has counted so many messages, or for a while, and gives its count since it was opened.</summary>
    Task<SinkCount> CountAsync(int expected);
}

/// <summary>What a sink counted.</summary>
/// <param name="Messages">Messages accepted.</param>
/// <param name="Connections">Connections that brought them.</param>
/// <param name="Bytes">Bytes that the sink's process read, commands included, where that can be told.</param>
internal sealed record SinkCount(int Messages, int Connections, long? Bytes = null)
{
    /// <summary>What is wrong with it, or null.</summary>
    public string? Fault(int messages, int perConnection, long content)
    {
        if (Messages != messages)
        {
            return $"the sink counted {Messages} of {messages} messages";
        }

        if ((long)Connections * perConnection < messages)
        {
            return $"the sink counted {Connections} connections, fewer than {messages} messages need at {perConnection} each";
        }

        return Bytes < messages * content ? $"the sink read {Bytes} bytes, fewer than {messages} messages of {content}" : null;
    }
}

/// <summary>Opens a sink for one sender's turn.</summary>
internal delegate Task<ISink> OpenSink();
