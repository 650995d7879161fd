using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.SmsGateways.Tests.Cases;
using SuperMail.Dispatch.SmsGateways.Tests.Stub;
using Xunit;
using static SuperMail.Dispatch.SmsGateways.Tests.GatewayBed;

namespace SuperMail.Dispatch.SmsGateways.Tests;

public class RegistrationTests
{
    [Fact]
    public async Task All_modules_are_registered_once_with_the_dispatcher_that_asked()
    {
        var services = new ServiceCollection();
        services.AddMailingDispatch("shop").AddSmsGateways().AddSmsGateways();
        services.AddMailingDispatch("crm");
        await using var provider = services.BuildServiceProvider();
        Assert.Equal(SmsGatewayModules.All, provider.GetKeyedServices<ISmsModule>("shop"));
        Assert.Empty(provider.GetKeyedServices<ISmsModule>("crm"));
    }

    [Theory]
    [MemberData(nameof(AllCases.All), MemberType = typeof(AllCases))]
    public async Task The_registered_client_follows_no_redirect_keeps_no_cookie_and_logs_no_address(string module)
    {
        var provider = AllCases.Of(module);
        var log = new CollectedLog();
        var services = new ServiceCollection();
        services.AddLogging(l => l.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        services.AddMailingDispatch().AddSmsGateways();
        await using var built = services.BuildServiceProvider();
        var client = built.GetRequiredKeyedService<Func<HttpClient>>("");

        await using var elsewhere = new StubServer(new StubReply(200));
        var served = 0;
        await using var server = new StubServer(_ => Interlocked.Increment(ref served) == 1
            ? new StubReply(307) { Headers = [("Location", $"{elsewhere.Address}/"), ("Set-Cookie", "a=b")] }
            : provider.Success([Message()]));
        var found = SmsGatewayModules.Find(module)!;
        var gateway = found.Create(
            PluginConfiguration.Read(found, provider.Configuration.Replace("{address}", server.Address, StringComparison.Ordinal)),
            new SmsModuleContext { HttpClient = client, Log = built.GetRequiredService<ILoggerFactory>().CreateLogger("x") });
        Assert.Equal(SmsErrorClass.Configuration, Assert.Single(await gateway.SendAsync([Message()], Token)).ErrorClass);
        Assert.Equal(SmsOutcome.Accepted, Assert.Single(await gateway.SendAsync([Message()], Token)).Outcome);
        Assert.Empty(elsewhere.Requests);
        Assert.All(server.Requests, static r => Assert.DoesNotContain("Cookie", r.Headers.Keys));
        Assert.NotEmpty(log.Entries);
        Assert.DoesNotContain(log.Entries, static e => e.Contains(ProviderCase.Canary, StringComparison.Ordinal) || e.Contains("127.0.0.1", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Twilio", "twilio")]
    [InlineData("PSWIN", "pswin")]
    [InlineData("none", null)]
    [InlineData(null, null)]
    public void A_module_is_found_by_its_key(string? key, string? found) => Assert.Equal(found, SmsGatewayModules.Find(key)?.Key);

    [Fact]
    public void The_package_shows_its_modules_and_their_registration_and_nothing_else() =>
        Assert.Equal(
            ["Microsoft.Extensions.DependencyInjection.SmsGatewaysBuilderExtensions", "SuperMail.Dispatch.SmsGatewayModules"],
            typeof(SmsGatewayModules).Assembly.GetExportedTypes().Select(static t => t.FullName).Order());

    [Fact]
    public void Every_key_of_a_configuration_stands_on_the_page_about_modules()
    {
        var page = File.ReadAllText(PageAbove(AppContext.BaseDirectory));
        var missing = SmsGatewayModules.All.SelectMany(static m => m.Fields)
            .Where(static f => !f.Key.EndsWith("_endpoint", StringComparison.Ordinal) && !f.Key.EndsWith("_timeout", StringComparison.Ordinal))
            .Select(static f => f.Key).Where(key => !page.Contains(key, StringComparison.Ordinal));
        Assert.Empty(missing);
        Assert.All(SmsGatewayModules.All, m => Assert.Contains($"| `{m.Key}` |", page, StringComparison.Ordinal));
    }

    private static string PageAbove(string folder) =>
        File.Exists(Path.Combine(folder, "docs", "sms-modules.md"))
            ? Path.Combine(folder, "docs", "sms-modules.md")
            : PageAbove(Path.GetDirectoryName(folder.TrimEnd(Path.DirectorySeparatorChar)) ?? throw new InvalidOperationException("No docs/sms-modules.md above the tests."));
}
