using System.Net.Sockets;
using SuperMail.Dispatch.Testing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Testing;

public sealed class SmtpTestServerCountingTests
{
    [Fact]
    public async Task A_client_that_reconnects_on_221_is_never_one_too_many()
    {
        await using var server = SmtpTestServer.Start();
        for (int i = 0; i < 50; i++)
        {
            await using Dialogue client = await Dialogue.GreetedAsync(server);
            Assert.StartsWith("221", await client.AskAsync("QUIT"));

            // The next one connects while this one is not even closed.
            await using Dialogue next = await Dialogue.ConnectAsync(server);
            Assert.StartsWith("220", await next.ReadAsync());
            Assert.StartsWith("221", await next.AskAsync("QUIT"));
        }

        Assert.Equal(100, server.TotalConnections);
        Assert.Equal(1, server.MaxOpenConnections);
    }

    [Fact]
    public async Task Simultaneous_connections_are_counted()
    {
        await using var server = SmtpTestServer.Start();
        await using Dialogue one = await Dialogue.GreetedAsync(server);
        await using (Dialogue two = await Dialogue.GreetedAsync(server))
        {
            Assert.Equal(2, server.OpenConnections);
            Assert.True(server.Connections[1].IsOpen);
            two.SendFin();
            Assert.Equal("", await two.ReadToEndAsync());
        }

        Assert.Equal((1, 2, 2), (server.OpenConnections, server.MaxOpenConnections, server.TotalConnections));
        Assert.False(server.Connections[1].IsOpen);
    }

    [Fact]
    public async Task Messages_commands_and_errors_are_counted()
    {
        await using var server = SmtpTestServer.Start(o => o.KeepMessages = false);
        Task three = server.WaitForMessagesAsync(3);
        for (int connection = 1; connection <= 2; connection++)
        {
            await using Dialogue client = await Dialogue.GreetedAsync(server);
            for (int message = 0; message < connection; message++)
            {
                await client.AskGroupAsync("MAIL FROM:<>", "RCPT TO:<a@example.com>", "RCPT TO:<>", "DATA", "x\r\n.");
            }
        }

        await three;
        await server.WaitForIdleAsync();
        Assert.Equal([1, 2], server.MessagesPerConnection);
        Assert.Equal((3, 3, 0), (server.MessagesAccepted, server.Errors, server.Messages.Count));
        Assert.Equal((6L, 3L, 2L), (server.CountOf(SmtpVerb.Rcpt), server.CountOf(SmtpVerb.EndOfData), server.CountOf(SmtpVerb.Ehlo)));
        Assert.Equal((4, 2), (server.Connections[1].CountOf(SmtpVerb.Rcpt), server.Connections[1].Errors));
    }

    [Fact]
    public async Task A_wait_can_be_cancelled()
    {
        await using var server = SmtpTestServer.Start();
        using var cancel = new CancellationTokenSource();
        Task wait = server.WaitForConnectionsAsync(1, cancel.Token);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        await server.WaitForIdleAsync();
    }

    [Fact]
    public async Task A_relay_can_be_down_and_come_back_on_the_same_port()
    {
        await using var server = SmtpTestServer.Start();
        await using Dialogue open = await Dialogue.GreetedAsync(server);
        await server.RefuseConnectionsAsync();
        var refused = await Assert.ThrowsAsync<SocketException>(() => Dialogue.ConnectAsync(server));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        Assert.StartsWith("250", await open.AskAsync("NOOP"));

        server.AcceptConnections();
        await using Dialogue again = await Dialogue.GreetedAsync(server);
        Assert.Equal(2, server.TotalConnections);
    }

    [Fact]
    public async Task Open_connections_can_be_reset()
    {
        await using var server = SmtpTestServer.Start();
        await using Dialogue client = await Dialogue.GreetedAsync(server);
        server.ResetConnections();
        await Assert.ThrowsAsync<IOException>(client.ReadToEndAsync);
        await server.WaitForIdleAsync();
        Assert.Empty(server.Faults);
    }

    [Theory]
    [InlineData(SmtpVerb.Noop)]
    [InlineData(SmtpVerb.Connect)]
    public async Task Disposing_ends_what_hangs(SmtpVerb verb)
    {
        var server = SmtpTestServer.Start();
        server.On(verb, SmtpAction.Stall);
        await using Dialogue client = await Dialogue.ConnectAsync(server);
        await client.SendAsync("NOOP\r\n");
        await server.WaitForCommandAsync(verb);
        await server.DisposeAsync();
        Assert.Equal(0, server.OpenConnections);
    }
}
