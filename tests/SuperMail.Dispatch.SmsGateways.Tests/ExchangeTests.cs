using System.Net;
using System.Net.Sockets;
using SuperMail.Dispatch.SmsGateways.Tests.Cases;
using SuperMail.Dispatch.SmsGateways.Tests.Stub;
using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.SmsGateways.Tests.GatewayBed;

namespace SuperMail.Dispatch.SmsGateways.Tests;

/// <summary>Whether a request left: what did not may come again, what did is in doubt.</summary>
public class ExchangeTests
{
    [Theory]
    [MemberData(nameof(AllCases.All), MemberType = typeof(AllCases))]
    public async Task No_answer_after_sending_is_in_doubt(string module)
    {
        var clock = new FakeClock();
        await using var server = new StubServer(new StubReply(200, Way: StubWay.Hang));
        using var bed = new GatewayBed(AllCases.Of(module), server.Address, clock);
        var sending = bed.SendAsync();
        await server.NextAsync(Token);
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(sending.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        var result = await sending;
        Assert.Equal((SmsOutcome.Unknown, SmsErrorClass.Timeout), (result.Outcome, result.ErrorClass));
    }

    [Theory]
    [MemberData(nameof(AllCases.All), MemberType = typeof(AllCases))]
    public async Task No_connection_in_time_leaves_the_message_for_later(string module)
    {
        var clock = new FakeClock();
        var connecting = new TaskCompletionSource();
        using var handler = Handler();
        handler.ConnectCallback = async (_, token) =>
        {
            connecting.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            return Stream.Null;
        };
        using var bed = new GatewayBed(AllCases.Of(module), "http://127.0.0.1:9", clock, handler);
        var sending = bed.SendAsync();
        await connecting.Task;
        clock.Advance(TimeSpan.FromSeconds(30));
        var result = await sending;
        Assert.Equal((SmsOutcome.Retry, SmsErrorClass.Timeout), (result.Outcome, result.ErrorClass));
    }

    [Theory]
    [MemberData(nameof(AllCases.All), MemberType = typeof(AllCases))]
    public async Task The_handlers_own_time_to_connect_leaves_the_message_for_later_too(string module)
    {
        using var handler = Handler();
        handler.ConnectTimeout = TimeSpan.FromMilliseconds(1);
        handler.ConnectCallback = static async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return Stream.Null;
        };
        using var bed = new GatewayBed(AllCases.Of(module), "http://127.0.0.1:9", new FakeClock(), handler);
        var result = await bed.SendAsync();
        Assert.Equal((SmsOutcome.Retry, SmsErrorClass.Timeout), (result.Outcome, result.ErrorClass));
    }

    [Theory]
    [MemberData(nameof(AllCases.All), MemberType = typeof(AllCases))]
    public async Task A_refused_connection_is_tried_thrice_and_left_for_later(string module)
    {
        // Bound and not listening: the kernel refuses, and nobody else can have the port.
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var tries = 0;
        using var handler = Handler();
        handler.ConnectCallback = async (context, token) =>
        {
            Interlocked.Increment(ref tries);
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(context.DnsEndPoint, token);
            return new NetworkStream(socket, ownsSocket: true);
        };
        using var bed = new GatewayBed(AllCases.Of(module), $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndPoint!).Port}", handler: handler);
        var result = await bed.SendAsync();
        Assert.Equal((SmsOutcome.Retry, SmsErrorClass.Temporary, 3), (result.Outcome, result.ErrorClass, tries));
    }

    [Theory]
    [MemberData(nameof(AllCases.All), MemberType = typeof(AllCases))]
    public async Task A_kept_connection_that_closes_under_a_request_does_not_send_it_twice(string module)
    {
        var provider = AllCases.Of(module);
        var served = 0;
        await using var server = new StubServer(_ => Interlocked.Increment(ref served) == 2 ? new StubReply(200, Way: StubWay.Close) : provider.Success([Message()]));
        using var bed = new GatewayBed(provider, server.Address);
        Assert.Equal(SmsOutcome.Accepted, (await bed.SendAsync()).Outcome);
        Assert.Equal(SmsOutcome.Unknown, (await bed.SendAsync()).Outcome);
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [MemberData(nameof(AllCases.All), MemberType = typeof(AllCases))]
    public async Task Cancelled_before_it_left_a_message_is_left_for_later_and_after_it_is_in_doubt(string module)
    {
        await using var server = new StubServer(new StubReply(200, Way: StubWay.Hang));
        using var bed = new GatewayBed(AllCases.Of(module), server.Address);
        using var cancelled = new CancellationTokenSource();
        var sending = bed.Gateway.SendAsync([Message()], cancelled.Token);
        await server.NextAsync(Token);
        await cancelled.CancelAsync();
        Assert.Equal(SmsOutcome.Unknown, Assert.Single(await sending).Outcome);
        Assert.Equal(SmsOutcome.Retry, Assert.Single(await bed.Gateway.SendAsync([Message()], cancelled.Token)).Outcome);
        Assert.Single(server.Requests);
    }
}
