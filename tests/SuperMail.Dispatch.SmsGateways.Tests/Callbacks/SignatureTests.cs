using System.Security.Cryptography;
using System.Text;
using SuperMail.Dispatch.SmsGateways.Tests.Cases;
using Xunit;

namespace SuperMail.Dispatch.SmsGateways.Tests.Callbacks;

public class SignatureTests
{
    private const string Body = "MessageSid=SM1&MessageStatus=delivered&To=%2B447700900123&AccountSid=AC1";
    private const string Secret = "canary-sign";

    [Theory]
    [InlineData("https://host.test/sms?a=1", "https://host.test/sms?a=1")]
    [InlineData("https://host.test/sms?a=1", "https://host.test:443/sms?a=1")]
    [InlineData("https://host.test:8443/sms", "https://host.test/sms")]
    [InlineData("https://host.test:8443/sms", "https://host.test:8443/sms")]
    [InlineData("https://[::1]:8443/sms", "https://[::1]/sms")]
    [InlineData("https://host.test/a%2Fb?x=%7E", "https://host.test/a%2Fb?x=%7E")]
    public void Twilio_signs_the_address_with_or_without_its_port(string called, string covered)
    {
        using var bed = new GatewayBed(AllCases.Of("twilio"), "http://127.0.0.1:9");
        var callback = bed.Callbacks.Parse(TwilioSigning.Signed(Request(called, Body), ProviderCase.Canary, covered));
        Assert.Equal((SmsSignature.Valid, 200), (callback.Signature, callback.AnswerStatus));
        Assert.Single(callback.Receipts);
    }

    [Fact]
    public void Nothing_is_read_from_what_Twilio_did_not_sign()
    {
        using var bed = new GatewayBed(AllCases.Of("twilio"), "http://127.0.0.1:9");
        var good = TwilioSigning.Signed(Request("https://host.test/sms", Body), ProviderCase.Canary);
        foreach (var bad in (SmsCallbackRequest[])
        [
            Request("https://host.test/sms", Body),
            good with { Body = Encoding.UTF8.GetBytes(Body.Replace("delivered", "failed", StringComparison.Ordinal)) },
            good with { Body = Encoding.UTF8.GetBytes(Body + "&More=1") },
            good with { Url = new Uri("https://host.test/sms?a=2") },
            good with { Headers = new Dictionary<string, string> { ["X-Twilio-Signature"] = "not base64" } },
            good with { Headers = new Dictionary<string, string> { ["X-Twilio-Signature"] = "AAAA" } },
            good with { Headers = new Dictionary<string, string> { ["X-Twilio-Signature"] = "" } },
            TwilioSigning.Signed(Request("https://host.test/sms", Body), "another token"),

            // A form in disguise: with another type its fields would be covered by nothing.
            good with { Headers = new Dictionary<string, string>(good.Headers) { ["Content-Type"] = "application/json" } },
        ])
        {
            var callback = bed.Callbacks.Parse(bad);
            Assert.Equal((SmsSignature.Invalid, 403), (callback.Signature, callback.AnswerStatus));
            Assert.Empty(callback.Receipts);
            Assert.NotNull(callback.Fault);
        }
    }

    [Fact]
    public void A_body_that_is_no_form_is_signed_by_its_hash_in_the_address()
    {
        using var bed = new GatewayBed(AllCases.Of("twilio"), "http://127.0.0.1:9");
        var body = """{"MessageSid":"SM1","MessageStatus":"delivered"}""";
        var url = $"https://host.test/sms?bodySHA256={Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)))}";
        var request = Request(url, body) with
        {
            Headers = new Dictionary<string, string> { ["Content-Type"] = "application/json", ["X-Twilio-Signature"] = TwilioSigning.Signature(ProviderCase.Canary, url) },
        };
        Assert.Equal(SmsSignature.Valid, bed.Callbacks.Parse(request).Signature);
        Assert.Equal(SmsSignature.Invalid, bed.Callbacks.Parse(request with { Body = Encoding.UTF8.GetBytes(body + " ") }).Signature);
    }

    [Theory]
    [InlineData("md5hash")]
    [InlineData("md5")]
    [InlineData("sha1")]
    [InlineData("sha256")]
    [InlineData("sha512")]
    public void Vonage_signs_all_fields_in_alphabetical_order(string method)
    {
        using var bed = Vonage(method);

        // What parts fields is replaced within values.
        var sig = Sign(method, "&err-code=0&messageId=V1&status=delivered&text=a_b_c&timestamp=1795302236");
        var fields = $"status=delivered&messageId=V1&text=a%26b%3Dc&err-code=0&timestamp=1795302236&sig={sig}";
        var inQuery = bed.Callbacks.Parse(Request($"https://host.test/sms?{fields}", ""));
        Assert.Equal((SmsSignature.Valid, 1), (inQuery.Signature, inQuery.Receipts.Count));
        var inForm = bed.Callbacks.Parse(Request("https://host.test/sms", fields));
        Assert.Equal((SmsSignature.Valid, 1), (inForm.Signature, inForm.Receipts.Count));
        var json = $$"""{"status":"delivered","messageId":"V1","text":"a&b=c","err-code":"0","timestamp":"1795302236","sig":"{{sig}}"}""";
        var inJson = bed.Callbacks.Parse(Request("https://host.test/sms", json) with { Headers = new Dictionary<string, string> { ["Content-Type"] = "application/json" } });
        Assert.Equal((SmsSignature.Valid, 1), (inJson.Signature, inJson.Receipts.Count));

        foreach (var bad in (string[])[fields.Replace("delivered", "failed", StringComparison.Ordinal), fields.Replace("&sig=", "&gis=", StringComparison.Ordinal), $"{fields}&more=1", fields[..^1]])
        {
            var refused = bed.Callbacks.Parse(Request("https://host.test/sms", bad));
            Assert.Equal((SmsSignature.Invalid, 403, 0), (refused.Signature, refused.AnswerStatus, refused.Receipts.Count));
        }
    }

    [Fact]
    public void An_account_that_does_not_sign_is_said_to_be_unsigned()
    {
        using var bed = new GatewayBed(AllCases.Of("vonage"), "http://127.0.0.1:9");
        Assert.Equal(SmsSignature.None, bed.Callbacks.Parse(Request("https://host.test/sms", "status=delivered&messageId=V1")).Signature);
    }

    private static GatewayBed Vonage(string method)
    {
        var provider = AllCases.Of("vonage");
        return new GatewayBed(provider, "http://127.0.0.1:9", configuration: $"{provider.Configuration}\nvonage_signature_secret = {Secret}\nvonage_signature_method = {method}");
    }

    private static string Sign(string method, string text)
    {
        var (key, octets) = (Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(text));
#pragma warning disable CA5350, CA5351
        return Convert.ToHexString(method switch
        {
            "md5hash" => MD5.HashData(Encoding.UTF8.GetBytes(text + Secret)),
            "md5" => HMACMD5.HashData(key, octets),
            "sha1" => HMACSHA1.HashData(key, octets),
            "sha256" => HMACSHA256.HashData(key, octets),
            _ => HMACSHA512.HashData(key, octets),
        });
#pragma warning restore CA5350, CA5351
    }

    private static SmsCallbackRequest Request(string url, string body) => new()
    {
        Method = "POST",
        Url = new Uri(url),
        Headers = new Dictionary<string, string> { ["Content-Type"] = "application/x-www-form-urlencoded" },
        Body = Encoding.UTF8.GetBytes(body),
    };
}
