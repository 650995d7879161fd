using System.Text;
using SuperMail.Dispatch.SmsGateways.Tests.Cases;
using Xunit;

namespace SuperMail.Dispatch.SmsGateways.Tests.Callbacks;

/// <summary>Receipts and messages from phones, the same tests for every provider that calls back.</summary>
public class CallbackTests
{
    private const string Nowhere = "http://127.0.0.1:9";

    public static TheoryData<string> Modules() => [.. CallbackCase.All.Select(static c => c.Module)];

    public static TheoryData<string, string, SmsReceiptState, bool?> States()
    {
        var rows = new TheoryData<string, string, SmsReceiptState, bool?>();
        foreach (var (module, row) in CallbackCase.All.SelectMany(static c => c.States.Select(s => (c.Module, s))))
        {
            rows.Add(module, row.Word, row.State, row.IsPermanent);
        }

        return rows;
    }

    [Fact]
    public void Every_gateway_that_promises_receipts_or_messages_reads_them_and_no_other()
    {
        foreach (var module in AllCases.Modules)
        {
            using var bed = new GatewayBed(AllCases.Of(module), Nowhere);
            Assert.Equal(bed.Gateway is ISmsCallbackParser, bed.Gateway.Capabilities.DeliveryReports);
            Assert.Equal(bed.Gateway is ISmsCallbackParser, bed.Gateway.Capabilities.Inbound);
            Assert.Equal(bed.Gateway is ISmsCallbackParser, CallbackCase.All.Any(c => c.Module == module));
        }
    }

    [Theory]
    [MemberData(nameof(States))]
    public void A_receipt_says_what_the_provider_means(string module, string word, SmsReceiptState state, bool? isPermanent)
    {
        var provider = CallbackCase.Of(module);
        using var bed = new GatewayBed(AllCases.Of(module), Nowhere);
        var request = provider.ReceiptRequest(word);
        var callback = bed.Callbacks.Parse(request);
        var receipt = Assert.Single(callback.Receipts);
        Assert.Equal((provider.Key, state, isPermanent), (receipt.Key, receipt.State, receipt.IsPermanent));
        Assert.NotEqual("", receipt.Raw);
        Assert.Empty(callback.Inbound);
        Assert.Equal((200, provider.Answer, null), (callback.AnswerStatus, callback.Answer, callback.Fault));

        // The same again says the same again: who keeps receipts tells them apart by what they say.
        Assert.Equal(receipt, Assert.Single(bed.Callbacks.Parse(request).Receipts));
    }

    [Theory]
    [MemberData(nameof(Modules))]
    public void A_message_from_a_phone_comes_with_its_number_completed(string module)
    {
        using var bed = new GatewayBed(AllCases.Of(module), Nowhere);
        var callback = bed.Callbacks.Parse(CallbackCase.Of(module).InboundRequest("Hello & <you> 100% ünï ☎"));
        var message = Assert.Single(callback.Inbound);
        Assert.Equal(("+447700900123", "12345"), ($"{message.From}", message.To));
        Assert.Equal(("Hello & <you> 100% ünï ☎", null, false), (message.Text, message.Keyword, message.IsOptOut));
        Assert.Empty(callback.Receipts);
        Assert.Equal(200, callback.AnswerStatus);
    }

    [Theory]
    [MemberData(nameof(Modules))]
    public void A_word_of_farewell_and_our_keyword_are_recognised(string module)
    {
        using var bed = new GatewayBed(AllCases.Of(module), Nowhere);
        foreach (var (text, keyword, isOptOut) in ((string, string?, bool)[])
        [
            ("STOP", null, true), (" stopall ", null, true), ("Unsubscribe", null, true), ("cancel", null, true), ("END", null, true), ("quit.", null, true),
            ("stop it", null, false), ("crm stop", "CRM", true), ("CRM", "CRM", false), ("Crm yes please", "CRM", false), ("CRMs are fine", null, false),
        ])
        {
            var message = Assert.Single(bed.Callbacks.Parse(CallbackCase.Of(module).InboundRequest(text)).Inbound);
            Assert.Equal((text.Trim(), keyword, isOptOut), (message.Text.Trim(), message.Keyword, message.IsOptOut));
        }
    }

    [Theory]
    [MemberData(nameof(Modules))]
    public void What_no_provider_sends_is_malformed_and_throws_nothing(string module)
    {
        using var bed = new GatewayBed(AllCases.Of(module), Nowhere);
        var provider = CallbackCase.Of(module);
        foreach (var body in (string[])["", "{", "[]", "null", "<", "<MSGLST>", "<MSGLST/>", "a=%ZZ&b", "&&==", "{\"messages\":3,\"dr\":\"x\",\"mo\":[1]}", new string('a', (1024 * 1024) + 1)])
        {
            var callback = bed.Callbacks.Parse(provider.Request("", body, "{none}", "") with { Method = "POST" });
            Assert.Equal(400, callback.AnswerStatus);
            Assert.NotNull(callback.Fault);
            Assert.Empty(callback.Receipts);
            Assert.Empty(callback.Inbound);
        }
    }

    [Fact]
    public void A_document_that_defines_entities_is_not_expanded()
    {
        using var bed = new GatewayBed(AllCases.Of("pswin"), Nowhere);
        var bomb = "<!DOCTYPE M [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><MSGLST><MSG><ID>1</ID><REF>&b;</REF><STATE>DELIVRD</STATE></MSG></MSGLST>";
        var callback = bed.Callbacks.Parse(CallbackCase.Of("pswin").Request("", bomb, "{none}", ""));
        Assert.Equal(400, callback.AnswerStatus);
    }

    [Fact]
    public void Several_receipts_in_one_request_are_all_read()
    {
        using var bed = new GatewayBed(AllCases.Of("intele"), Nowhere);
        var callback = bed.Callbacks.Parse(CallbackCase.Of("intele").Request(
            "", """{"dr":[{"messageid":"a","statuscode":0},{"messageid":"b","statuscode":5},{"statuscode":5}]}""", "{none}", ""));
        Assert.Equal(["a", "b"], callback.Receipts.Select(static r => r.Key));
    }

    [Fact]
    public void A_short_code_that_writes_is_not_completed_to_somebodys_number()
    {
        using var bed = new GatewayBed(AllCases.Of("vonage"), Nowhere);
        var callback = bed.Callbacks.Parse(CallbackCase.Of("vonage").Request("", "msisdn=78787&to=12345&messageId=in1&text=x", "{none}", ""));
        var message = Assert.Single(callback.Inbound);
        Assert.Equal((null, "78787"), (message.From, message.FromText));
    }

    [Fact]
    public void A_foreign_number_without_a_plus_is_not_taken_for_one_of_ours()
    {
        using var bed = new GatewayBed(AllCases.Of("vonage"), Nowhere);
        var callback = bed.Callbacks.Parse(CallbackCase.Of("vonage").Request("", "msisdn=4799999999&to=12345&messageId=in1&text=x", "{none}", ""));
        Assert.Equal("+4799999999", $"{Assert.Single(callback.Inbound).From}");
    }

    [Fact]
    public void A_receipt_without_a_time_that_can_be_read_is_still_a_receipt()
    {
        using var bed = new GatewayBed(AllCases.Of("txtlocal"), Nowhere);
        var callback = bed.Callbacks.Parse(CallbackCase.Of("txtlocal").Request("", "status=D&customID=m1&datetime=yesterday", "{none}", ""));
        Assert.Null(Assert.Single(callback.Receipts).At);
        var timed = bed.Callbacks.Parse(CallbackCase.Of("txtlocal").ReceiptRequest("D"));
        Assert.Equal(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero), Assert.Single(timed.Receipts).At);
    }
}
