namespace SuperMail.Dispatch.Comparison;

/// <summary>A server with CHUNKING, which smtp-sink has not: Postfix where it can start, else the embedded one.</summary>
internal sealed class ChunkingServer : IAsyncDisposable
{
    private readonly PostfixSink? _postfix;

    private ChunkingServer(PostfixSink? postfix) => _postfix = postfix;

    public string Description => _postfix is null
        ? "the embedded server of SuperMail.Dispatch.Testing, in a process of its own"
        : "a private Postfix, queue on disk, what it takes stays there on hold";

    public static async Task<ChunkingServer> StartAsync(Bench bench, string @case)
    {
        try
        {
            return new ChunkingServer(await PostfixSink.StartAsync());
        }
        catch (NotRunException missing)
        {
            bench.NotRun($"{@case} against a real Postfix", $"{missing.Message}; the embedded server stood in");
            return new ChunkingServer(null);
        }
    }

    /// <summary>For one sender's turn.</summary>
    public Task<ISink> OpenAsync() => _postfix?.OpenAsync() ?? EmbeddedSink.OpenAsync(secured: false);

    public ValueTask DisposeAsync() => _postfix?.DisposeAsync() ?? ValueTask.CompletedTask;
}
