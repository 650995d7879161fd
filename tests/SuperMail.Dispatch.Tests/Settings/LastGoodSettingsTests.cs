using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SuperMail.Dispatch.Settings;
using Xunit;

namespace SuperMail.Dispatch.Tests.Settings;

public sealed class LastGoodSettingsTests : IDisposable
{
    private readonly ConfigurationManager _configuration = new();
    private readonly LogLines _log = new();
    private readonly ServiceProvider _provider;
    private readonly LastGoodSettings _settings;

    public LastGoodSettingsTests()
    {
        var services = new ServiceCollection();
        services.AddOptions<MailingSettings>("blue").BindSection(_configuration.GetSection("Mailing"));
        _provider = services.BuildServiceProvider();
        _settings = new LastGoodSettings(
            _provider.GetRequiredService<IOptionsMonitor<MailingSettings>>(), "blue", new SettingsScope(), _log);
    }

    public void Dispose()
    {
        _settings.Dispose();
        _provider.Dispose();
        _configuration.Dispose();
    }

    [Fact]
    public void Without_any_valid_settings_the_first_use_lists_every_fault()
    {
        Set("Email:SmtpThreads", "0");

        var fault = Assert.ThrowsAny<OptionsValidationException>(() => _settings.Current);

        Assert.Contains("Mailing:Email:SmtpThreads = 0: must be 1 to 200.", fault.Failures);
        Assert.Contains("Mailing:Email:Host = (not set)", fault.Message, StringComparison.Ordinal);
        Assert.Empty(_log.Ids);
    }

    [Fact]
    public void Settings_that_were_invalid_at_first_can_become_valid()
    {
        Set("Email:SmtpThreads", "0");
        Assert.ThrowsAny<OptionsValidationException>(() => _settings.Current);

        Configure(threads: "3");

        Assert.Equal(3, _settings.Current.Email.SmtpThreads);
        Assert.Null(_settings.Fault);
    }

    [Fact]
    public void An_invalid_reload_keeps_the_last_good_settings_logs_once_and_shows_its_fault()
    {
        Configure(threads: "3");
        var before = _settings.Current;

        Configure(threads: "999");

        Assert.Same(before, _settings.Current);
        Assert.Same(before, _settings.Current);
        Assert.Equal("Mailing:Email:SmtpThreads = 999: must be 1 to 200.", _settings.Fault);
        Assert.Equal([4001], _log.Ids);
    }

    [Fact]
    public void A_valid_reload_after_an_invalid_one_is_logged_and_clears_the_fault()
    {
        Configure(threads: "3");
        _ = _settings.Current;
        Configure(threads: "999");

        Configure(threads: "4");

        Assert.Null(_settings.Fault);
        Assert.Equal(4, _settings.Current.Email.SmtpThreads);
        Assert.Equal([4001, 4002], _log.Ids);
    }

    [Fact]
    public void A_value_that_cannot_be_bound_counts_as_an_invalid_reload()
    {
        Configure(threads: "3");
        var before = _settings.Current;

        // The options framework lets its own failure out of the reload; a file watcher swallows it.
        Assert.ThrowsAny<Exception>(() => Configure(threads: "many"));

        Assert.Same(before, _settings.Current);
        Assert.Contains("Mailing:Email:SmtpThreads", _settings.Fault!, StringComparison.Ordinal);
        Assert.Equal([4001], _log.Ids);

        Configure(threads: "5");
        Assert.Equal(5, _settings.Current.Email.SmtpThreads);
        Assert.Equal([4001, 4002], _log.Ids);
    }

    [Fact]
    public void A_validator_registered_with_the_framework_changes_nothing()
    {
        var services = new ServiceCollection();
        services.AddOptions<MailingSettings>("blue").BindSection(_configuration.GetSection("Mailing"));
        services.AddSingleton<IValidateOptions<MailingSettings>>(new MailingSettingsValidator("blue", new SettingsScope()));
        Configure(threads: "3");
        using var provider = services.BuildServiceProvider();
        using var settings = new LastGoodSettings(provider.GetRequiredService<IOptionsMonitor<MailingSettings>>(), "blue", new SettingsScope(), _log);
        var before = settings.Current;

        Assert.ThrowsAny<Exception>(() => Configure(threads: "999"));

        Assert.Same(before, settings.Current);
        Assert.Contains("SmtpThreads = 999", settings.Fault!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_is_told_to_listeners_and_leaves_earlier_settings_as_they_were()
    {
        Configure(threads: "3");
        var before = _settings.Current;
        List<int> seen = [];
        _settings.Changed += () => seen.Add(_settings.Current.Email.SmtpThreads);

        Configure(threads: "4");
        Configure(threads: "999");
        Configure(threads: "5");

        Assert.Equal([4, 5], seen.Distinct());
        Assert.Equal(3, before.Email.SmtpThreads);
    }

    [Fact]
    public void Settings_without_an_e_mail_tab_are_valid_and_say_why_e_mail_is_refused()
    {
        Set("BeginWindow", "10");

        Assert.Equal(10, _settings.Current.BeginWindow);
        Assert.Null(_settings.Fault);
        Assert.Contains("Mailing:Email:Host = (not set): is required", _settings.EmailFault!, StringComparison.Ordinal);

        Configure(threads: "3");
        Assert.Null(_settings.EmailFault);
    }

    [Fact]
    public void A_reload_that_empties_the_e_mail_tab_does_not_take_the_relay_away()
    {
        Configure(threads: "3");
        var before = _settings.Current;

        ((IConfigurationBuilder)_configuration).Sources.Clear();

        Assert.Same(before, _settings.Current);
        Assert.Contains("Mailing:Email:Host = (not set)", _settings.Fault!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readers_during_reloads_see_valid_settings_only()
    {
        Configure(threads: "1");
        _ = _settings.Current;
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                Assert.InRange(_settings.Current.Email.SmtpThreads, 1, 200);
            }
        })).ToList();

        for (var round = 0; round < 200; round++)
        {
            Configure(threads: round % 2 == 0 ? "999" : $"{(round % 200) + 1}");
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal(200, _settings.Current.Email.SmtpThreads);
    }

    private void Configure(string threads)
    {
        _configuration["Mailing:Email:Host"] = "relay.example.org";
        _configuration["Mailing:Email:DefaultFromAddress"] = "info@example.org";
        _configuration["Mailing:Email:Mailboxes:0:Address"] = "info@example.org";
        Set("Email:SmtpThreads", threads);
    }

    private void Set(string path, string value)
    {
        _configuration["Mailing:" + path] = value;
        ((IConfigurationRoot)_configuration).Reload();
    }

    private sealed class LogLines : ILogger
    {
        private readonly List<int> _ids = [];

        public IReadOnlyList<int> Ids
        {
            get
            {
                lock (_ids)
                {
                    return [.. _ids];
                }
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_ids)
            {
                _ids.Add(eventId.Id);
            }
        }
    }
}
