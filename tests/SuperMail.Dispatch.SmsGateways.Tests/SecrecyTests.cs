using System.Net;
using System.Net.Sockets;
using System.Text;
using SuperMail.Dispatch.SmsGateways.Tests.Cases;
using SuperMail.Dispatch.SmsGateways.Tests.Stub;
using Xunit;
using static SuperMail.Dispatch.SmsGateways.Tests.GatewayBed;

namespace SuperMail.Dispatch.SmsGateways.Tests;

/// <summary>A canary in the plugin configuration, and the number of the recipient: found nowhere but on the wire.</summary>
public class SecrecyTests
{
    private static readonly string[] Forms =
        [ProviderCase.Canary, Convert.ToBase64String(Encoding.UTF8.GetBytes(ProviderCase.Canary)).TrimEnd('='), "447700900123", "7700 900123"];

    [Theory]
    [MemberData(nameof(AllCases.All), MemberType = typeof(AllCases))]
    public async Task Neither_the_secret_nor_the_number_leaves_by_another_way_than_the_wire(string module)
    {
        var provider = AllCases.Of(module);
        var echoes = $"You said {string.Join(" and ", Forms)} and +44 7700 900123 and {Uri.EscapeDataString(ProviderCase.Canary)}\u0007";
        var said = new List<string>();
        foreach (var reply in (StubReply[])
        [
            provider.Success([Message()]),
            .. provider.Errors.Select(e => new StubReply(e.Status, Echoing(e.Body, echoes))),
            new StubReply(400, echoes, "text/plain"),
            new StubReply(200, echoes, "text/html"),
            new StubReply(200, $"0: {echoes}", "text/plain"),
            new StubReply(200, $"NO {echoes}", "text/plain"),
            new StubReply(302) { Headers = [("Location", $"/{ProviderCase.Canary}")] },
            new StubReply(200, Way: StubWay.Close),
        ])
        {
            await using var server = new StubServer(reply);
            using var bed = new GatewayBed(provider, server.Address);
            var result = await bed.SendAsync();
            said.AddRange([.. bed.Log.Entries, $"{result}", $"{bed.Gateway}", $"{bed.Configuration}", $"{bed.Module}"]);
            Assert.True(result.ProviderText is not { Length: > 512 } and not { Length: 0 });
            Assert.DoesNotContain(result.ProviderText ?? "", char.IsControl);
        }

        // Bound and not listening.
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var nowhere = new GatewayBed(provider, $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndPoint!).Port}");
        said.AddRange([$"{await nowhere.SendAsync()}", .. nowhere.Log.Entries]);
        Assert.NotEmpty(said);
        Assert.All(Forms, form => Assert.DoesNotContain(said, line => line.Contains(form, StringComparison.OrdinalIgnoreCase)));
    }

    // The words in which the cases refuse; JSON's escapes are plain words to the others.
    private static string Echoing(string body, string echoes)
    {
        var said = System.Text.Json.JsonEncodedText.Encode(echoes).ToString();
        return body.Replace("Refused", said, StringComparison.Ordinal).Replace("Out of order", said, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(AllCases.All), MemberType = typeof(AllCases))]
    public void Every_password_is_marked_as_a_secret(string module)
    {
        var found = SmsGatewayModules.Find(module)!;
        string[] words = ["password", "secret", "token", "apikey", "headers", "body"];
        Assert.All(found.Fields.Where(f => words.Any(w => f.Key.EndsWith(w, StringComparison.Ordinal))), static f => Assert.True(f.IsSecret, f.Key));
        Assert.Contains(found.Fields, static f => f.IsSecret);
    }

    [Theory]
    [MemberData(nameof(AllCases.All), MemberType = typeof(AllCases))]
    public void No_documented_address_is_plain_http(string module) =>
        Assert.All(SmsGatewayModules.Find(module)!.Fields, static f => Assert.False(f.Default?.StartsWith("http:", StringComparison.OrdinalIgnoreCase) == true, f.Key));

    [Fact]
    public void A_configuration_with_faults_makes_no_gateway_and_the_error_holds_no_value()
    {
        var module = SmsGatewayModules.Find("TWILIO")!;
        var broken = PluginConfiguration.Read(module, $"twilio_auth_token = {ProviderCase.Canary}\ntwilio_timeout = 0");
        var context = new SmsModuleContext { HttpClient = static () => throw new InvalidOperationException(), Log = new CollectedLog() };
        var error = Assert.Throws<ArgumentException>(() => module.Create(broken, context));
        Assert.Contains("twilio_account_sid", error.Message, StringComparison.Ordinal);
        Assert.Contains("line 2, twilio_timeout", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(ProviderCase.Canary, error.ToString(), StringComparison.Ordinal);
    }
}
