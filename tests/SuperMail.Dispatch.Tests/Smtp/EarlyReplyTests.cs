using System.Net;
using System.Net.Sockets;
using SuperMail.Dispatch.Composing;
using SuperMail.Dispatch.Smtp;
using SuperMail.Dispatch.Tests.Dispatching;
using Xunit;

namespace SuperMail.Dispatch.Tests.Smtp;

/// <summary>Which bytes came before the end of a content had left: a 2xx among them is not the reply to it.</summary>
public sealed class EarlyReplyTests : IAsyncLifetime
{
    private readonly MessageBuffer _content = new();
    private readonly Departure _departure = new();
    private Socket _relay = null!;
    private SmtpConnection _connection = null!;
    private Flight _flight = null!;

    public async ValueTask InitializeAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(listener.LocalEndpoint, SmtpBed.Token);
        _relay = await listener.AcceptSocketAsync(SmtpBed.Token);
        _connection = new SmtpConnection(socket, TimeProvider.System);
        _flight = new Flight(_connection, TimeSpan.FromMinutes(1));
        _flight.Begin();
    }

    public async ValueTask DisposeAsync()
    {
        _flight.Dispose();
        await _connection.DisposeAsync();
        _relay.Dispose();
        _content.Dispose();
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task A_reply_before_the_block_that_holds_the_end_is_early_where_the_content_leads(bool leads, bool isEarly)
    {
        _departure.Begin(null, leads);
        _flight.Append("BDAT 20000 LAST\r\n"u8);
        await _flight.FlushAsync();
        await AnswerAsync();
        await _flight.AppendPlainAsync(Content(20_000), _departure);
        await _flight.FlushAsync();
        Assert.Equal((isEarly, ContentState.Written), (_departure.IsAnsweredEarly, _departure.State));
    }

    [Theory]
    [InlineData(20_000)] // leaves by itself
    [InlineData(2_000)]
    public async Task A_reply_before_the_commands_behind_it_is_the_honest_one(int size)
    {
        _departure.Begin(null, leads: true);
        await _flight.AppendPlainAsync(Content(size), _departure);
        if (size < 16 * 1024)
        {
            await _flight.FlushAsync();
        }

        await AnswerAsync();
        _flight.Append("RSET\r\n"u8);
        await _flight.FlushAsync();
        Assert.Equal((false, ContentState.Written), (_departure.IsAnsweredEarly, _departure.State));
    }

    private MessageBuffer Content(int size)
    {
        _content.Append(new byte[size], mayNeedStuffing: false);
        return _content;
    }

    private async Task AnswerAsync()
    {
        await _relay.SendAsync("250 2.0.0 queued\r\n"u8.ToArray(), SmtpBed.Token);
        await DispatcherUnderTest.Until(() => ValueTask.FromResult(_connection.HasInput));
    }
}
