using SuperMail.Dispatch.SmsGateways.Tests.Cases;
using SuperMail.Dispatch.SmsGateways.Tests.Stub;
using Xunit;
using static SuperMail.Dispatch.SmsGateways.Tests.GatewayBed;

namespace SuperMail.Dispatch.SmsGateways.Tests;

/// <summary>Texts arrive as they are; what a provider cannot take does not leave.</summary>
public class MessageTests
{
    public static TheoryData<string, string> HostileTexts()
    {
        var rows = new TheoryData<string, string>();
        foreach (var module in AllCases.Modules)
        {
            foreach (var text in (string[])
            [
                "a & b &amp; c",
                "]]> <![CDATA[ <b>",
                "${x} {text} {{name}} #{y}",
                "100 % %41 %d %%",
                "\"quoted\" 'twice' \\ back",
                "+1 = a?b#c/../d;e",
                "two\nlines",
                "Ωmega ÆØÅ ç € 日本語",
            ])
            {
                rows.Add(module, text);
            }

            if (SmsGatewayModules.Find(module)!.Key != "link")
            {
                rows.Add(module, "emoji \U0001F469\u200D\U0001F469\u200D\U0001F467 end");
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task A_text_arrives_literally(string module, string text)
    {
        var provider = AllCases.Of(module);
        await using var server = new StubServer(provider.Success([Message()]));
        using var bed = new GatewayBed(provider, server.Address);
        Assert.Equal(SmsOutcome.Accepted, (await bed.SendAsync(Message(text: text))).Outcome);
        Assert.Equal(text, provider.TextOf(Assert.Single(server.Requests)));
    }

    [Theory]
    [MemberData(nameof(AllCases.All), MemberType = typeof(AllCases))]
    public async Task What_the_gateway_cannot_take_is_refused_without_a_request(string module)
    {
        var provider = AllCases.Of(module);
        await using var server = new StubServer(provider.Success([Message()]));
        using var bed = new GatewayBed(provider, server.Address);
        var takes = bed.Gateway.Capabilities;
        var refused = new List<(SmsMessage Message, SmsErrorClass Class)>
        {
            (Message(text: " \n "), SmsErrorClass.InvalidContent),
            (Message(text: "a\0b"), SmsErrorClass.InvalidContent),
            (Message(text: "half \uD83D"), SmsErrorClass.InvalidContent),
            (Message(text: "日本語") with { Encoding = SmsEncoding.Gsm7 }, SmsErrorClass.InvalidContent),
            (Message(text: new string('x', 161)) with { MaxSegments = 1 }, SmsErrorClass.TooLong),
            (Message() with { To = default }, SmsErrorClass.InvalidRecipient),
        };
        if (takes.MaxCharacters > 0)
        {
            refused.Add((Message(text: new string('x', takes.MaxCharacters + 1)) with { MaxSegments = 255 }, SmsErrorClass.TooLong));
        }

        if (!takes.AstralCharacters)
        {
            refused.Add((Message(text: "\U0001F600"), SmsErrorClass.InvalidContent));
        }

        if (!takes.Scheduling)
        {
            refused.Add((Message() with { SendAt = DateTimeOffset.UnixEpoch.AddYears(60) }, SmsErrorClass.InvalidContent));
        }

        if (takes.MaxValidity is { } validity)
        {
            refused.Add((Message() with { Validity = validity + TimeSpan.FromMinutes(1) }, SmsErrorClass.InvalidContent));
        }

        foreach (var (message, errorClass) in refused)
        {
            var result = await bed.SendAsync(message);
            Assert.Equal((SmsOutcome.Rejected, errorClass), (result.Outcome, result.ErrorClass));
            Assert.False(string.IsNullOrEmpty(result.ProviderText));
        }

        Assert.Empty(server.Requests);
    }

    [Theory]
    [MemberData(nameof(AllCases.Batches), MemberType = typeof(AllCases))]
    public async Task A_message_that_is_refused_here_does_not_keep_its_neighbours_back(string module)
    {
        var provider = AllCases.Of(module);
        SmsMessage[] three = [Message("m1"), Message("m2", text: " "), Message("m3", "+447700900125")];
        await using var server = new StubServer(provider.Success([three[0], three[2]]));
        using var bed = new GatewayBed(provider, server.Address);
        var results = await bed.Gateway.SendAsync(three, Token);
        Assert.Equal(
            [("m1", SmsOutcome.Accepted), ("m2", SmsOutcome.Rejected), ("m3", SmsOutcome.Accepted)],
            results.Select(static r => (r.MessageId, r.Outcome)));
    }

    [Theory]
    [MemberData(nameof(AllCases.All), MemberType = typeof(AllCases))]
    public async Task Smart_encoding_is_done_where_it_is_asked_for(string module)
    {
        var provider = AllCases.Of(module);
        await using var server = new StubServer(provider.Success([Message()]));
        using var bed = new GatewayBed(provider, server.Address);
        await bed.SendAsync(Message(text: "\u201CHi\u201D") with { SmartEncode = true });
        await bed.SendAsync(Message(text: "\u201CHi\u201D"));
        Assert.Equal(["\"Hi\"", "\u201CHi\u201D"], server.Requests.Select(r => provider.TextOf(r)));
    }
}
