using SuperMail.Dispatch.SmsGateways.Tests.Cases;
using SuperMail.Dispatch.SmsGateways.Tests.Stub;
using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.SmsGateways.Tests.GatewayBed;

namespace SuperMail.Dispatch.SmsGateways.Tests;

/// <summary>What no provider documents and all of them send one day.</summary>
public class UnreadableAnswerTests
{
    private const string Page = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>0: Bad &nbsp; Gateway</h1></body></html>";

    public static TheoryData<string, string, SmsOutcome> Bodies()
    {
        var rows = new TheoryData<string, string, SmsOutcome>();
        foreach (var module in AllCases.Modules)
        {
            // A pattern that asks for nothing takes any 2xx; the case's asks for OK.
            rows.Add(module, "html", SmsOutcome.Unknown);
            rows.Add(module, "half", SmsOutcome.Unknown);
            rows.Add(module, "cut", SmsOutcome.Unknown);
            rows.Add(module, "nothing", SmsOutcome.Unknown);
            rows.Add(module, "204", SmsOutcome.Unknown);
            rows.Add(module, "endless", SmsOutcome.Unknown);
            rows.Add(module, "huge", SmsOutcome.Unknown);
            rows.Add(module, "other json", SmsOutcome.Unknown);
            rows.Add(module, "closed", SmsOutcome.Unknown);
            rows.Add(module, "500 html", SmsOutcome.Unknown);
            rows.Add(module, "502 html", SmsOutcome.Unknown);
            rows.Add(module, "503 html", SmsOutcome.Retry);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task What_cannot_be_read_after_sending_is_in_doubt(string module, string body, SmsOutcome outcome)
    {
        var provider = AllCases.Of(module);
        var good = provider.Success([Message()]);
        await using var server = new StubServer(body switch
        {
            "html" => new StubReply(200, Page, "text/html"),

            // Half of a good answer, and the length says that it is all of it.
            "half" => good with { Body = good.Body[..(good.Body.Length / 2)] is { Length: > 4 } half && module is not ("kannel" or "http" or "smsteknik") ? half : "O" },
            "cut" => good with { Way = StubWay.Cut },
            "nothing" => new StubReply(200, "", null),
            "204" => new StubReply(204, "", null),
            "endless" => new StubReply(200, Way: StubWay.Endless),
            "huge" => good with { Body = good.Body + new string(' ', 1024 * 1024) },
            "other json" => new StubReply(200, """[null,3,{"a":[{"b":"c"}]},"x"]"""),
            "closed" => new StubReply(200, Way: StubWay.Close),
            _ => new StubReply(int.Parse(body[..3], System.Globalization.CultureInfo.InvariantCulture), Page, "text/html"),
        });
        using var bed = new GatewayBed(provider, server.Address);
        var result = await bed.SendAsync();
        Assert.Equal(outcome, result.Outcome);
        Assert.NotEqual(SmsErrorClass.None, result.ErrorClass);
        Assert.Empty(result.ProviderMessageIds);
        Assert.Single(server.Requests);
    }

    [Theory]
    [MemberData(nameof(AllCases.All), MemberType = typeof(AllCases))]
    public async Task A_redirect_is_not_followed(string module)
    {
        var provider = AllCases.Of(module);
        await using var elsewhere = new StubServer(provider.Success([Message()]));
        await using var server = new StubServer(new StubReply(307) { Headers = [("Location", $"{elsewhere.Address}/steal")] });
        using var bed = new GatewayBed(provider, server.Address);
        var result = await bed.SendAsync();
        Assert.Equal((SmsOutcome.Retry, SmsErrorClass.Configuration), (result.Outcome, result.ErrorClass));
        Assert.True(result.PausesChannel);
        Assert.Empty(elsewhere.Requests);
    }

    [Theory]
    [MemberData(nameof(AllCases.All), MemberType = typeof(AllCases))]
    public async Task A_provider_that_asks_to_slow_down_is_heard_within_bounds(string module)
    {
        var provider = AllCases.Of(module);
        var clock = new FakeClock();
        foreach (var (said, heard) in ((string?, TimeSpan?)[])
        [
            ("17", TimeSpan.FromSeconds(17)),
            (clock.GetUtcNow().AddMinutes(5).ToString("R"), TimeSpan.FromMinutes(5)),
            ("999999999", TimeSpan.FromHours(1)),
            (clock.GetUtcNow().AddYears(900).ToString("R"), TimeSpan.FromHours(1)),
            (clock.GetUtcNow().AddDays(-1).ToString("R"), TimeSpan.FromSeconds(1)),
            ("soon", null),
            (null, null),
        ])
        {
            await using var server = new StubServer(new StubReply(429, "slower") { Headers = said is null ? [] : [("Retry-After", said)] });
            using var bed = new GatewayBed(provider, server.Address, clock);
            var result = await bed.SendAsync();
            Assert.Equal((SmsOutcome.Retry, SmsErrorClass.Throttled, heard), (result.Outcome, result.ErrorClass, result.RetryAfter));
        }
    }
}
