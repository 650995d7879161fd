using Xunit;

namespace SuperMail.Dispatch.RealServers.Tests.Servers;

/// <summary>One Postfix for the tests of a class, started by the first that needs it, so that each is skipped by name where there is none.</summary>
public sealed class SharedPostfix : IAsyncDisposable
{
    private Task<PostfixServer>? _server;

    internal Task<PostfixServer> GetAsync(Dictionary<string, string>? settings = null) =>
        _server ??= PostfixServer.StartAsync(settings, cancellationToken: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_server is { IsCompletedSuccessfully: true } started)
        {
            await (await started).DisposeAsync();
        }
    }
}
