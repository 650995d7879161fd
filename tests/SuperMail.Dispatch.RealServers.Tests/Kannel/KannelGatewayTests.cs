using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace SuperMail.Dispatch.RealServers.Tests.Kannel;

public sealed class KannelGatewayTests
{
    private static CancellationToken Token => KannelBed.Token;

    [Fact]
    public async Task Five_hundred_messages_arrive_and_every_receipt_comes_back()
    {
        await using var bed = await KannelBed.StartAsync();
        var messages = Enumerable.Range(0, 500)
            .Select(i => bed.Message($"m{i}", i % 5 == 0 ? $"日本 {i}" : $"Hello {i} & 100 % [€]", $"+4477009{i.ToString("00000", CultureInfo.InvariantCulture)}"))
            .ToArray();

        // As a lane's slots do.
        await Parallel.ForEachAsync(messages, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Token }, async (message, token) =>
        {
            var result = Assert.Single(await bed.Gateway.SendAsync([message], token));
            Assert.Equal((SmsOutcome.Accepted, 1), (result.Outcome, result.Segments));
            Assert.Equal([message.Id], result.ProviderMessageIds);
        });

        var arrived = await bed.Smsc.WaitForAsync(500, Token);
        Assert.Equal(
            messages.Select(static m => ($"{m.To}", m.Text)).Order(),
            arrived.Select(static s => (s.To, s.Text)).Order());
        Assert.Equal(100, arrived.Count(static s => s.IsUcs2));
        Assert.All(arrived, static s => Assert.Equal("Example", s.From));

        var receipts = await bed.FinalReceiptsAsync(500);
        Assert.Equal(messages.Select(static m => m.Id).Order(), receipts.Keys.Order());
        Assert.All(receipts.Values, static r => Assert.Equal(SmsReceiptState.Delivered, r.State));
    }

    [Theory]
    [InlineData("GSM", "The quick brown fox jumps over the lazy dog. ", 10, 3)]
    [InlineData("UCS-2", "いろはにほへとちりぬるを ", 12, 3)]
    public async Task A_long_text_arrives_in_segments(string alphabet, string words, int times, int segments)
    {
        await using var bed = await KannelBed.StartAsync();
        var text = string.Concat(Enumerable.Repeat(words, times)).Trim();
        var result = Assert.Single(await bed.Gateway.SendAsync([bed.Message("long", text)], Token));
        Assert.Equal((SmsOutcome.Accepted, segments), (result.Outcome, result.Segments));

        var arrived = await bed.Smsc.WaitForAsync(segments, Token);
        Assert.Equal(Enumerable.Range(1, segments).Select(i => ((int, int)?)(i, segments)), arrived.Select(static s => s.Part).Order());
        Assert.Equal(text, string.Concat(arrived.OrderBy(static s => s.Part).Select(static s => s.Text)));
        Assert.All(arrived, s => Assert.Equal(alphabet == "UCS-2", s.IsUcs2));
    }

    [Fact]
    public async Task Kannels_own_refusals_have_their_classes()
    {
        await using var bed = await KannelBed.StartAsync();
        var noSender = Assert.Single(await bed.Gateway.SendAsync([bed.Message("m1", "x") with { From = null }], Token));
        Assert.Equal((SmsOutcome.Rejected, SmsErrorClass.InvalidSender, "400"), (noSender.Outcome, noSender.ErrorClass, noSender.ProviderCode));

        var module = SmsGatewayModules.Find("kannel")!;
        using var client = new HttpClient();
        var stranger = module.Create(
            PluginConfiguration.Read(module, bed.PluginTextWith("wrong")), new SmsModuleContext { HttpClient = () => client, Log = NullLogger.Instance });
        var refused = Assert.Single(await stranger.SendAsync([bed.Message("m2", "x")], Token));
        Assert.Equal((SmsOutcome.Retry, SmsErrorClass.Authentication, "403"), (refused.Outcome, refused.ErrorClass, refused.ProviderCode));
        Assert.True(refused.PausesChannel);
    }

    [Fact]
    public async Task What_a_phone_writes_comes_in_with_its_number_completed()
    {
        await using var bed = await KannelBed.StartAsync("07700900321 12345 text CRM stop");
        var callback = await bed.NextCallbackAsync();
        var message = Assert.Single(callback.Inbound);
        Assert.Equal(("+447700900321", "07700900321", "12345"), ($"{message.From}", message.FromText, message.To));
        Assert.Equal(("CRM stop", "CRM", true), (message.Text, message.Keyword, message.IsOptOut));
        Assert.Equal((200, ""), (callback.AnswerStatus, callback.Answer));
        Assert.NotNull(message.At);
    }
}
