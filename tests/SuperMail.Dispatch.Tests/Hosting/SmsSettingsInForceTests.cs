using Microsoft.Extensions.Diagnostics.HealthChecks;
using SuperMail.Dispatch.Testing;
using SuperMail.Dispatch.Tests.Dispatching;
using Xunit;

namespace SuperMail.Dispatch.Tests.Hosting;

/// <summary>The SMS tab in a host: modules, reloads, secrets.</summary>
public sealed class SmsSettingsInForceTests
{
    private const string Secret = "canary-t0ken";

    [Fact]
    public async Task An_SMS_tab_left_alone_lets_the_host_start_and_refuses_the_mailing_with_the_same_text()
    {
        await using var tested = new HostUnderTest(transport: new RecordingTransport(), build: static b => b.AddSmsModule(new FakeSmsModule(new FakeSmsGateway())));
        await tested.StartAsync();
        var refused = await Assert.ThrowsAsync<MailingRefusedException>(() => tested.Dispatcher.EnqueueAsync(SmsUnderTest.Mailing(1), DispatcherUnderTest.Token));
        Assert.Equal("Mailing:Sms:Module = (not set): is required: the name of a registered SMS gateway module; registered: fake.", refused.Message);
    }

    [Fact]
    public async Task An_unknown_module_stops_the_start_and_names_the_registered_ones()
    {
        await using var tested = new HostUnderTest(
            settings: Sms(("Module", "twillio")),
            transport: new RecordingTransport(),
            build: static b => b.AddSmsModule(new FakeSmsModule(new FakeSmsGateway())));
        var fault = await Assert.ThrowsAnyAsync<Exception>(tested.StartAsync);
        Assert.Contains("Mailing:Sms:Module = 'twillio': must be the name of a registered SMS gateway module; registered: fake.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_plugin_configuration_takes_effect_with_the_next_batch_and_a_broken_one_changes_nothing()
    {
        var made = new List<FakeSmsGateway>();
        await using var tested = new HostUnderTest(
            settings: Sms(("Module", "made"), ("PluginConfiguration", $"made_user = one\nmade_password = {Secret}")),
            transport: new RecordingTransport(),
            build: b => b.AddSmsModule(new MakingModule(made)));
        await tested.StartAsync();
        Assert.Equal(2, (await tested.Dispatcher.SendAsync(SmsUnderTest.Mailing(2), cancellationToken: DispatcherUnderTest.Token)).Counts.Sent);

        Change(tested, ("PluginConfiguration", $"made_usr = two\nmade_password = {Secret}"));
        Assert.Equal(HealthStatus.Degraded, (await tested.HealthAsync()).Status);
        Assert.Contains(tested.Log.Of(4001), static e => e.Sentence.Contains("line 1, made_usr", StringComparison.Ordinal));
        Assert.Equal(2, (await tested.Dispatcher.SendAsync(SmsUnderTest.Mailing(2), cancellationToken: DispatcherUnderTest.Token)).Counts.Sent);
        Assert.Equal(4, Assert.Single(made).Messages.Count);

        Change(tested, ("PluginConfiguration", $"made_user = two\nmade_password = {Secret}"));
        Assert.Equal(2, (await tested.Dispatcher.SendAsync(SmsUnderTest.Mailing(2), cancellationToken: DispatcherUnderTest.Token)).Counts.Sent);
        Assert.Equal([4, 2], made.Select(static g => g.Messages.Count));

        // A change of something else leaves the gateway alone.
        Change(tested, ("MaxSegments", "3"));
        await tested.Dispatcher.SendAsync(SmsUnderTest.Mailing(2), cancellationToken: DispatcherUnderTest.Token);
        Assert.Equal(2, made.Count);
        await tested.StopAsync(DispatcherUnderTest.Token);
        Assert.DoesNotContain(tested.Log.Entries, static e => e.Everything.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Neither_secrets_nor_numbers_are_in_logs_or_exceptions_whatever_the_gateway_says()
    {
        await using var tested = new HostUnderTest(
            settings: Sms(("Module", "made"), ("PluginConfiguration", $"made_user = one\nmade_password = {Secret}"), ("Retry:MaxAttempts", "1")),
            transport: new RecordingTransport(),
            build: static b => b.AddSmsModule(new MakingModule([], static gateway =>
            {
                gateway.When(SmsUnderTest.Number(1)).Rejects(SmsErrorClass.InvalidRecipient, "1", "447700900001 is nobody");
                gateway.When(SmsUnderTest.Number(2)).Answers(static m => SmsSendResult.Retry(m, SmsErrorClass.Temporary, text: $"{m.To} is away"));
                gateway.When(SmsUnderTest.Number(3)).Answers(static m => SmsSendResult.Unknown(m, SmsErrorClass.Timeout, $"{m.To} no answer"));
                gateway.When(SmsUnderTest.Number(9)).Answers(static m => SmsSendResult.Rejected(m, SmsErrorClass.Authentication, null, $"login refused for {m.To}"));
            })));
        await tested.StartAsync();
        var first = await tested.Dispatcher.SendAsync(SmsUnderTest.Mailing(9), cancellationToken: DispatcherUnderTest.Token);
        Assert.Equal((6, 2, 1), (first.Counts.Sent, first.Counts.Failed, first.Counts.InDoubt));
        var paused = await Assert.ThrowsAsync<MailingPausedException>(() => tested.Dispatcher.SendAsync(
            new SmsMailing("Test", "Hello.", [new(SmsUnderTest.Number(9))]), cancellationToken: DispatcherUnderTest.Token));
        await tested.StopAsync(DispatcherUnderTest.Token);
        Assert.NotEmpty(tested.Log.Of(5004));
        var everything = tested.Log.Entries.Select(static e => e.Everything).Append(paused.ToString()).Append((await tested.HealthAsync()).Description).ToArray();
        Assert.DoesNotContain(everything, static e => e?.Contains(Secret, StringComparison.Ordinal) == true);
        Assert.DoesNotContain(everything, static e => e?.Contains("7700900", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task A_module_that_throws_refuses_the_mailing_without_repeating_what_it_threw()
    {
        await using var tested = new HostUnderTest(
            settings: Sms(("Module", "made"), ("PluginConfiguration", $"made_user = one\nmade_password = {Secret}")),
            transport: new RecordingTransport(),
            build: static b => b.AddSmsModule(new MakingModule([], static _ => throw new FormatException($"cannot use {Secret}"))));
        await tested.StartAsync();
        var refused = await Assert.ThrowsAsync<MailingRefusedException>(() => tested.Dispatcher.EnqueueAsync(SmsUnderTest.Mailing(1), DispatcherUnderTest.Token));
        Assert.Equal("SMS module made made no gateway of its plugin configuration: FormatException.", refused.Message);
    }

    private static ChangeableSettings Sms(params (string Option, string Value)[] options)
    {
        var settings = ChangeableSettings.Valid();
        foreach (var (option, value) in options)
        {
            settings.With($"Mailing:Sms:{option}", value);
        }

        return settings;
    }

    private static void Change(HostUnderTest tested, (string Option, string Value) change)
    {
        tested.Settings.With($"Mailing:Sms:{change.Option}", change.Value);
        tested.Settings.Change();
    }

    private sealed class MakingModule(List<FakeSmsGateway> made, Action<FakeSmsGateway>? script = null) : ISmsModule
    {
        public string Key => "made";

        public string DisplayName => "Made";

        public IReadOnlyList<SmsModuleField> Fields { get; } =
            [new SmsModuleField { Key = "made_user", Label = "User", IsRequired = true }, new SmsModuleField { Key = "made_password", Label = "Password", IsRequired = true, IsSecret = true }];

        public ISmsGateway Create(PluginConfiguration configuration, SmsModuleContext context)
        {
            var gateway = new FakeSmsGateway();
            script?.Invoke(gateway);
            made.Add(gateway);
            return gateway;
        }
    }
}
