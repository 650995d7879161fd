using SuperMail.Dispatch.SmsGateways.Tests.Stub;
using Xunit;
using static SuperMail.Dispatch.SmsGateways.Tests.GatewayBed;

namespace SuperMail.Dispatch.SmsGateways.Tests.Generic;

/// <summary>The HTTP module: values are encoded for the place that the operator put them in.</summary>
public class TemplateTests
{
    private const string Hostile = "a & b ]]> \"q\" 'p' 100% ${x} {to} <t> /../ é";

    [Fact]
    public async Task In_an_address_a_value_is_percent_encoded_and_no_path()
    {
        var request = await SentAsync("http_endpoint = {address}/send/{text}/{number}?t={text}&u={username}\nhttp_method = GET\nhttp_username = a b&c", Hostile);
        Assert.Equal($"/send/{Uri.EscapeDataString(Hostile)}/447700900123?t={Uri.EscapeDataString(Hostile)}&u=a%20b%26c", request.Target);
        Assert.Equal("/send/../447700900123", (await SentAsync("http_endpoint = {address}/send/{text}/{number}\nhttp_method = GET", "..")).Target);
    }

    [Fact]
    public async Task In_XML_a_value_is_text_or_attribute_or_CDATA()
    {
        var request = await SentAsync("http_endpoint = {address}\nhttp_content_type = text/xml\nhttp_body = <m a=\"{text}\"><t>{text}</t><c><![CDATA[{text}]]></c><d><![CDATA[x]]>{text}</d></m>", Hostile);
        Assert.Equal(Hostile, request.Xml.Attribute("a")!.Value);
        Assert.Equal(Hostile, request.Xml.Element("t")!.Value);
        Assert.Equal(Hostile, request.Xml.Element("c")!.Value);
        Assert.Equal("x" + Hostile, request.Xml.Element("d")!.Value);
    }

    [Fact]
    public async Task In_a_form_and_in_JSON_and_in_plain_text_it_arrives_as_it_is()
    {
        Assert.Equal(Hostile, (await SentAsync("http_endpoint = {address}\nhttp_body = t={text}&to={to}", Hostile)).Form("t"));
        Assert.Equal(Hostile, (await SentAsync("http_endpoint = {address}\nhttp_content_type = application/json\nhttp_body = {\"t\":\"{text}\"}", Hostile)).Json.GetProperty("t").GetString());
        Assert.Equal(Hostile, (await SentAsync("http_endpoint = {address}\nhttp_content_type = text/plain\nhttp_body = {text}", Hostile)).Text);
    }

    [Fact]
    public async Task Every_placeholder_has_its_value()
    {
        var request = await SentAsync(
            "http_endpoint = {address}\nhttp_content_type = text/plain\nhttp_username = u\nhttp_password = p\n"
            + "http_body = {to} {number} {from} {text} {ucs2hex} {id} {reference} {callback} {validity} {segments} {username} {password}",
            "Hi");
        Assert.Equal("+447700900123 447700900123 Example Hi 00480069 m1 m1 https://host.test/sms?a=1%25 120 1 u p", request.Text);
    }

    [Fact]
    public async Task A_login_may_go_into_the_header()
    {
        var request = await SentAsync("http_endpoint = {address}\nhttp_basic = yes\nhttp_username = u\nhttp_password = pä\nhttp_body = t={text}", "Hi");
        Assert.Equal("Basic dTpww6Q=", request.Headers["Authorization"]);
    }

    [Fact]
    public async Task Without_patterns_any_success_is_one_and_our_id_is_the_messages()
    {
        await using var server = new StubServer(new StubReply(204, "", null));
        using var bed = Bed("http_endpoint = {address}\nhttp_body = t={text}", server.Address);
        var result = await bed.SendAsync();
        Assert.Equal(SmsOutcome.Accepted, result.Outcome);
        Assert.Equal(["m1"], result.ProviderMessageIds);
    }

    [Theory]
    [InlineData("http_endpoint = https://{to}.host.test/", "http_endpoint")]
    [InlineData("http_endpoint = https://host.test/é", "http_endpoint")]
    [InlineData("http_endpoint = https://host.test/\nhttp_body = {txet}", "http_body")]
    [InlineData("http_endpoint = https://host.test/\nhttp_headers = X: {text}", "http_headers")]
    [InlineData("http_endpoint = https://host.test/\nhttp_headers = no colon", "http_headers")]
    [InlineData("http_endpoint = https://host.test/\nhttp_success = (", "http_success")]
    [InlineData("http_endpoint = https://host.test/\nhttp_id = (a)\\1", "http_id")]
    [InlineData("http_endpoint = https://host.test/\nhttp_content_type = nonsense", "http_content_type")]
    public void A_template_that_cannot_work_is_refused_by_key(string text, string key) =>
        Assert.Contains(PluginConfiguration.Read(SmsGatewayModules.Find("http")!, text).Faults, f => f.Key == key);

    private static GatewayBed Bed(string configuration, string address) =>
        new(Cases.AllCases.Of("http"), address, configuration: configuration);

    private static async Task<StubRequest> SentAsync(string configuration, string text)
    {
        await using var server = new StubServer(new StubReply(200));
        using var bed = Bed(configuration, server.Address);
        Assert.Equal(SmsOutcome.Accepted, (await bed.SendAsync(Message(text: text))).Outcome);
        return Assert.Single(server.Requests);
    }
}
