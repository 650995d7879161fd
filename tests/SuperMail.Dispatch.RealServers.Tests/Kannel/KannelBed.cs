using Microsoft.Extensions.Logging.Abstractions;
using SuperMail.Dispatch.RealServers.Tests.Servers;
using SuperMail.Dispatch.SmsGateways.Tests.Stub;
using Xunit;

namespace SuperMail.Dispatch.RealServers.Tests.Kannel;

/// <summary>The Kannel module towards a real Kannel, with the web server that a host would have for its callbacks.</summary>
internal sealed class KannelBed : IAsyncDisposable
{
    private readonly StubServer _host;
    private readonly KannelServer _server;
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    private KannelBed(StubServer host, KannelServer server)
    {
        (_host, _server) = (host, server);
        var module = SmsGatewayModules.Find("kannel")!;
        Gateway = module.Create(PluginConfiguration.Read(module, PluginText), new SmsModuleContext
        {
            HttpClient = () => _client,
            Log = NullLogger.Instance,
            DefaultCountryCode = CountryCode.Parse("44"),
            EndpointCode = "CRM",
        });
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public ISmsGateway Gateway { get; }

    public FakeSmsc Smsc => _server.Smsc;

    /// <summary>What <c>Mailing:Sms:PluginConfiguration</c> would say.</summary>
    public string PluginText => PluginTextWith(KannelServer.Password);

    /// <summary>Where receipts are called back.</summary>
    public Uri CallbackUrl => new($"{_host.Address}/receipts?tenant=a%25b");

    public static async Task<KannelBed> StartAsync(params IReadOnlyList<string> fromPhones)
    {
        var host = new StubServer(new StubReply(200, "", "text/plain"));
        try
        {
            return new KannelBed(host, await KannelServer.StartAsync($"{host.Address}/messages", fromPhones, Token));
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public string PluginTextWith(string password) =>
        $"kannel_endpoint = {_server.Endpoint}\nkannel_username = {KannelServer.UserName}\nkannel_password = {password}";

    /// <summary>The next callback, as the gateway reads it.</summary>
    public async Task<SmsCallback> NextCallbackAsync()
    {
        var request = await _host.NextAsync(Token);
        return ((ISmsCallbackParser)Gateway).Parse(new SmsCallbackRequest
        {
            Method = request.Method,
            Url = new Uri(_host.Address + request.Target),
            Headers = request.Headers,
            Body = request.Body,
        });
    }

    /// <summary>Callbacks until so many messages have a final receipt.</summary>
    public async Task<IReadOnlyDictionary<string, SmsReceipt>> FinalReceiptsAsync(int count)
    {
        var final = new Dictionary<string, SmsReceipt>();
        while (final.Count < count)
        {
            foreach (var receipt in (await NextCallbackAsync()).Receipts.Where(static r => r.IsFinal))
            {
                final[receipt.Key] = receipt;
            }
        }

        return final;
    }

    public SmsMessage Message(string id, string text, string to = "+447700900123") => new()
    {
        Id = id,
        To = PhoneNumber.Parse(to),
        Text = text,
        From = SmsSender.Parse("Example"),
        CallbackUrl = CallbackUrl,
    };

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _host.DisposeAsync();
        _client.Dispose();
    }
}
