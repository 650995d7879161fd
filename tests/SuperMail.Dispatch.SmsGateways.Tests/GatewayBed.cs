using System.Net;
using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.SmsGateways.Tests.Cases;
using SuperMail.Dispatch.SmsGateways.Tests.Stub;
using Xunit;

namespace SuperMail.Dispatch.SmsGateways.Tests;

/// <summary>A gateway as a host has it, its provider played by a stub.</summary>
internal sealed class GatewayBed : IDisposable
{
    private readonly HttpClient _client;

    public GatewayBed(ProviderCase provider, string address, TimeProvider? time = null, SocketsHttpHandler? handler = null, string? configuration = null)
    {
        _client = new HttpClient(handler ?? Handler()) { Timeout = Timeout.InfiniteTimeSpan };
        Module = SmsGatewayModules.Find(provider.Module)!;
        Configuration = PluginConfiguration.Read(Module, (configuration ?? provider.Configuration).Replace("{address}", address, StringComparison.Ordinal));
        Assert.Empty(Configuration.Faults);
        Log = new CollectedLog();
        Gateway = Module.Create(Configuration, new SmsModuleContext
        {
            HttpClient = () => _client,
            Time = time ?? TimeProvider.System,
            Log = Log,
            DefaultCountryCode = CountryCode.Parse("44"),
            EndpointCode = "CRM",
        });
    }

    public ISmsModule Module { get; }

    public PluginConfiguration Configuration { get; }

    public CollectedLog Log { get; }

    public ISmsGateway Gateway { get; }

    public ISmsCallbackParser Callbacks => Assert.IsAssignableFrom<ISmsCallbackParser>(Gateway);

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The handler that <c>AddSmsGateways</c> registers, as far as it matters here.</summary>
    public static SocketsHttpHandler Handler() => new() { AllowAutoRedirect = false, UseCookies = false, UseProxy = false };

    public static SmsMessage Message(string id = "m1", string to = "+447700900123", string text = "Hi & bye") => new()
    {
        Id = id,
        To = PhoneNumber.Parse(to),
        Text = text,
        From = SmsSender.Parse("Example"),
        Validity = TimeSpan.FromHours(2),
        CallbackUrl = new Uri("https://host.test/sms?a=1%25"),
    };

    /// <summary>Three messages: for a batch.</summary>
    public static SmsMessage[] Three() => [Message("m1"), Message("m2", "+447700900124"), Message("m3", "+447700900125")];

    public async Task<SmsSendResult> SendAsync(SmsMessage? message = null) => Assert.Single(await Gateway.SendAsync([message ?? Message()], Token));

    public void Dispose() => _client.Dispose();
}
