using SuperMail.Dispatch.SmsGateways.Tests.Cases;
using SuperMail.Dispatch.SmsGateways.Tests.Stub;
using Xunit;
using static SuperMail.Dispatch.SmsGateways.Tests.GatewayBed;

namespace SuperMail.Dispatch.SmsGateways.Tests;

/// <summary>What every provider's documented answers become; the same tests for all.</summary>
public class AnswerTests
{
    [Fact]
    public void Every_module_has_a_case() =>
        Assert.Equal(SmsGatewayModules.All.Select(static m => m.Key).Order(), AllCases.Modules.Order());

    [Theory]
    [MemberData(nameof(AllCases.All), MemberType = typeof(AllCases))]
    public async Task The_documented_request_goes_out_and_the_documented_success_is_taken(string module)
    {
        var provider = AllCases.Of(module);
        await using var server = new StubServer(provider.Success([Message()]));
        using var bed = new GatewayBed(provider, server.Address);
        var result = await bed.SendAsync();
        Assert.Equal((SmsOutcome.Accepted, SmsErrorClass.None, 1), (result.Outcome, result.ErrorClass, result.Segments));
        Assert.Equal(provider.Ids(Message()), result.ProviderMessageIds);
        Assert.Equal("m1", result.MessageId);
        Assert.Equal(provider.Shape, Assert.Single(server.Requests).Shape());
    }

    [Theory]
    [MemberData(nameof(AllCases.Errors), MemberType = typeof(AllCases))]
    public async Task A_documented_error_has_its_class(string module, int row)
    {
        var provider = AllCases.Of(module);
        var error = provider.Errors[row];
        await using var server = new StubServer(new StubReply(error.Status, error.Body));
        using var bed = new GatewayBed(provider, server.Address);
        var result = await bed.SendAsync();
        Assert.Equal((error.Class, error.Outcome), (result.ErrorClass, result.Outcome));
        Assert.True(error.Code is null || error.Code == result.ProviderCode, $"{result.ProviderCode} instead of {error.Code}");
        Assert.Single(server.Requests);
    }

    [Theory]
    [MemberData(nameof(AllCases.Batches), MemberType = typeof(AllCases))]
    public async Task A_batch_is_one_request_with_a_result_for_each(string module)
    {
        var provider = AllCases.Of(module);
        await using var server = new StubServer(provider.Success(Three()));
        using var bed = new GatewayBed(provider, server.Address);
        var results = await bed.Gateway.SendAsync(Three(), Token);
        Assert.Equal(["m1", "m2", "m3"], results.Select(static r => r.MessageId));
        Assert.All(results, static r => Assert.Equal(SmsOutcome.Accepted, r.Outcome));
        Assert.Single(server.Requests);
    }

    [Theory]
    [MemberData(nameof(AllCases.Batches), MemberType = typeof(AllCases))]
    public async Task Results_in_another_order_find_their_messages_and_one_without_is_in_doubt(string module)
    {
        var provider = AllCases.Of(module);
        await using var server = new StubServer(provider.Mixed!(Three()));
        using var bed = new GatewayBed(provider, server.Address);
        var results = await bed.Gateway.SendAsync(Three(), Token);
        Assert.Equal(
            [("m1", SmsOutcome.Accepted), ("m2", SmsOutcome.Rejected), ("m3", SmsOutcome.Unknown)],
            results.Select(static r => (r.MessageId, r.Outcome)));
    }

    [Theory]
    [MemberData(nameof(AllCases.Batches), MemberType = typeof(AllCases))]
    public async Task A_shorter_answer_is_never_taken_for_the_first_messages(string module)
    {
        var provider = AllCases.Of(module);
        await using var server = new StubServer(provider.OnlySecond!(Three()));
        using var bed = new GatewayBed(provider, server.Address);
        var results = await bed.Gateway.SendAsync(Three(), Token);
        Assert.Equal([SmsOutcome.Unknown, SmsOutcome.Accepted, SmsOutcome.Unknown], results.Select(static r => r.Outcome));
    }

    [Theory]
    [MemberData(nameof(AllCases.All), MemberType = typeof(AllCases))]
    public async Task More_than_a_batch_is_misuse_and_sends_nothing(string module)
    {
        var provider = AllCases.Of(module);
        await using var server = new StubServer(new StubReply(200));
        using var bed = new GatewayBed(provider, server.Address);
        var many = Enumerable.Range(0, bed.Gateway.Capabilities.MaxBatch + 1).Select(static i => Message($"m{i}")).ToArray();
        await Assert.ThrowsAsync<ArgumentException>(() => bed.Gateway.SendAsync(many, Token));
        Assert.Empty(await bed.Gateway.SendAsync([], Token));
        Assert.Empty(server.Requests);
    }
}
