using SuperMail.Dispatch.RealServers.Tests.Servers;

namespace SuperMail.Dispatch.Comparison;

/// <summary>
/// A real Postfix smtpd with CHUNKING and its queue on disk. What it takes stays there, on hold: delivery, even to
/// nowhere, would compete with the sender for the processors. It counts in its log.
/// </summary>
internal sealed class PostfixSink(PostfixServer server) : IAsyncDisposable
{
    public static async Task<PostfixSink> StartAsync() => new(await PostfixServer.StartAsync(new Dictionary<string, string>
    {
        ["smtpd_recipient_restrictions"] = "check_client_access static:HOLD",
        ["smtpd_data_restrictions"] = "",
        ["header_checks"] = "",

        // All sides in clear: the library takes STARTTLS where it is offered, its peers were told not to.
        ["smtpd_tls_security_level"] = "none",

        // It would be asked to judge and throttle a load test otherwise.
        ["in_flow_delay"] = "0",
        ["smtpd_client_connection_count_limit"] = "0",
        ["smtpd_client_event_limit_exceptions"] = "127.0.0.0/8",
    }));

    /// <summary>The same server for each sender, with a count from here on.</summary>
    public async Task<ISink> OpenAsync() => new Turn(server, await server.Log.MarkAsync(CancellationToken.None));

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private sealed class Turn(PostfixServer server, int mark) : ISink
    {
        public int Port => server.Port;

        public async Task<SinkCount> CountAsync(int expected)
        {
            var served = await server.Log.SinceAsync(mark, CancellationToken.None);
            return new SinkCount(served.Accepted("data") + served.Accepted("bdat"), served.Count);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
