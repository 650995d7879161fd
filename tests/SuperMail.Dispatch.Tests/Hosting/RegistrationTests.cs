using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SuperMail.Dispatch.Ledgers;
using SuperMail.Dispatch.Testing;
using Xunit;
using static SuperMail.Dispatch.Tests.Dispatching.DispatcherUnderTest;

namespace SuperMail.Dispatch.Tests.Hosting;

public class RegistrationTests
{
    [Fact]
    public async Task Without_arguments_the_section_mailing_of_the_host_is_read()
    {
        var transport = new RecordingTransport();
        await using var tested = new HostUnderTest(settings: ChangeableSettings.Valid().Email("DefaultFromAddress", "NEWS@example.org"), transport: transport);
        await tested.StartAsync();
        var report = await tested.Dispatcher.SendAsync(Mailing(3), cancellationToken: Token);
        Assert.Equal(3, report.Counts.Sent);
        Assert.All(transport.Messages, static m => Assert.Equal("news@example.org", m.Envelope.From?.ToString(), ignoreCase: true));
    }

    [Fact]
    public async Task A_section_of_another_name_is_read_and_named_in_errors()
    {
        var settings = ChangeableSettings.Valid(section: "Shop:Letters").With("Shop:Letters:Email:Port", "0");
        var configuration = new ConfigurationBuilder().Add(settings).Build();
        await using var tested = new HostUnderTest(s => s.AddMailingDispatch(configuration.GetSection("Shop:Letters")), register: false);
        var fault = await Assert.ThrowsAnyAsync<OptionsValidationException>(tested.StartAsync);
        Assert.Contains("Shop:Letters:Email:Port", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_call_with_the_same_name_adds_to_the_first()
    {
        var transport = new RecordingTransport();
        await using var tested = new HostUnderTest(
            s => s.AddMailingDispatch(m => m.Email.MaxEmailsPerConnection = 7).UseTransport(_ => transport),
            ChangeableSettings.Valid().Email("SmtpThreads", "1"));
        await tested.StartAsync();
        Assert.Equal(21, (await tested.Dispatcher.SendAsync(Mailing(21), cancellationToken: Token)).Counts.Sent);
        Assert.Equal([7, 7, 7], transport.Messages.CountBy(static m => m.Connection).Select(static c => c.Value));
        Assert.Single(tested.Services.GetServices<IMailingDispatcher>());
        Assert.Single(tested.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>());
    }

    [Fact]
    public async Task The_same_call_twice_changes_nothing()
    {
        var transport = new RecordingTransport();
        await using var tested = new HostUnderTest(static s => s.AddMailingDispatch(), transport: transport);
        await tested.StartAsync();
        Assert.Equal(3, (await tested.Dispatcher.SendAsync(Mailing(3), cancellationToken: Token)).Counts.Sent);
    }

    [Fact]
    public async Task The_default_dispatcher_is_the_same_with_and_without_its_empty_key()
    {
        await using var tested = new HostUnderTest(transport: new RecordingTransport());
        Assert.Same(tested.Dispatcher, tested.Services.GetRequiredKeyedService<IMailingDispatcher>(""));
        Assert.Same(tested.Services.GetRequiredService<IMailingTester>(), tested.Services.GetRequiredKeyedService<IMailingTester>(""));
        Assert.Same(tested.Services.GetRequiredService<ISmtpConnectionCheck>(), tested.Services.GetRequiredKeyedService<ISmtpConnectionCheck>(""));
    }

    [Fact]
    public async Task Named_dispatchers_share_nothing()
    {
        RecordingTransport shop = new(), club = new();
        var settings = ChangeableSettings.Valid(section: "Mailing:shop")
            .With("Mailing:club:Email:Host", "relay.club.test")
            .With("Mailing:club:Email:DefaultFromAddress", "club@example.net")
            .With("Mailing:club:Email:Mailboxes:0:Address", "club@example.net");
        var ledgers = 0;
        await using var tested = new HostUnderTest(
            s =>
            {
                s.AddMailingDispatch("shop").UseTransport(_ => shop);
                s.AddMailingDispatch("club").UseTransport(_ => club).UseLedger(_ =>
                {
                    ledgers++;
                    return new InMemoryLedger(TimeProvider.System);
                });
            },
            settings,
            register: false);
        await tested.StartAsync();
        var first = tested.Services.GetRequiredKeyedService<IMailingDispatcher>("shop");
        var second = tested.Services.GetRequiredKeyedService<IMailingDispatcher>("club");
        Assert.Null(tested.Services.GetService<IMailingDispatcher>());
        Assert.NotSame(first, second);
        Assert.NotSame(tested.Services.GetRequiredKeyedService<IMailingTester>("shop"), tested.Services.GetRequiredKeyedService<IMailingTester>("club"));
        Assert.NotSame(tested.Services.GetRequiredKeyedService<ISmtpConnectionCheck>("shop"), tested.Services.GetRequiredKeyedService<ISmtpConnectionCheck>("club"));

        var sent = await first.SendAsync(Mailing(4), cancellationToken: Token);
        await second.SendAsync(Mailing(2), cancellationToken: Token);
        Assert.Equal((4, 2), (shop.Messages.Count, club.Messages.Count));
        Assert.Equal("news@example.org", shop.Messages.First().Envelope.From?.ToString());
        Assert.Equal("club@example.net", club.Messages.First().Envelope.From?.ToString());
        Assert.Equal(1, ledgers);
        await Assert.ThrowsAsync<KeyNotFoundException>(() => second.GetStatusAsync(sent.Id, Token));

        // What befalls one does not befall the other.
        settings.With("Mailing:club:Email:Port", "0").Change();
        Assert.Equal(Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy, (await tested.HealthAsync("shop")).Status);
        Assert.Equal(Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Degraded, (await tested.HealthAsync("club")).Status);
    }

    [Fact]
    public async Task A_host_without_an_e_mail_tab_starts_and_refuses_e_mail_with_the_validators_text()
    {
        await using var tested = new HostUnderTest(settings: new ChangeableSettings());
        await tested.StartAsync();
        var refused = await Assert.ThrowsAsync<MailingRefusedException>(() => tested.Dispatcher.SendAsync(Mailing(1), cancellationToken: Token));
        Assert.Contains("Mailing:Email:Host", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Mailing:Email:DefaultFromAddress", refused.Message, StringComparison.Ordinal);
        Assert.Equal(refused.Message, (await Assert.ThrowsAsync<MailingRefusedException>(() => tested.Dispatcher.EnqueueAsync(Mailing(1), Token))).Message);
        var tester = tested.Services.GetRequiredService<IMailingTester>();
        Assert.Equal(refused.Message, (await Assert.ThrowsAsync<MailingRefusedException>(() => tester.SendEmailAsync(Mailing(1), Token))).Message);
    }

    [Fact]
    public async Task Settings_that_come_later_make_e_mail_possible()
    {
        await using var server = SmtpTestServer.Start();
        await using var tested = new HostUnderTest(settings: new ChangeableSettings());
        await tested.StartAsync();
        await Assert.ThrowsAsync<MailingRefusedException>(() => tested.Dispatcher.SendAsync(Mailing(1), cancellationToken: Token));
        tested.Settings.Change(
            ("Host", server.Host), ("Port", $"{server.Port}"), ("DefaultFromAddress", "news@example.org"), ("Mailboxes:0:Address", "news@example.org"));
        Assert.Equal(1, (await tested.Dispatcher.SendAsync(Mailing(1), cancellationToken: Token)).Counts.Sent);
    }

    [Fact]
    public async Task Invalid_settings_stop_the_start_with_one_error_that_lists_every_fault()
    {
        var settings = ChangeableSettings.Valid().Email("SmtpThreads", "0").Email("Port", "70000").Email("Host", "")
            .Email("UserName", "relay-user").With("Mailing:BeginWindow", "1000");
        await using var tested = new HostUnderTest(settings: settings);
        var fault = await Assert.ThrowsAnyAsync<OptionsValidationException>(tested.StartAsync);
        foreach (var path in new[] { "Mailing:BeginWindow", "Mailing:Email:SmtpThreads", "Mailing:Email:Port", "Mailing:Email:Host", "Password" })
        {
            Assert.Contains(path, fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Without_a_host_invalid_settings_are_found_at_first_use()
    {
        var services = new ServiceCollection();
        services.AddMailingDispatch(static s => s.Email.SmtpThreads = 0);
        await using var provider = services.BuildServiceProvider();
        Assert.ThrowsAny<OptionsValidationException>(() => provider.GetRequiredService<IMailingDispatcher>());
    }
}
