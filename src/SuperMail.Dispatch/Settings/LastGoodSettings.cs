using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Settings;

/// <summary>
/// The settings that the engine works with: the newest valid ones. An invalid reload changes nothing but
/// <see cref="Fault"/> and is logged once.
/// </summary>
internal sealed class LastGoodSettings : IDisposable
{
    private readonly IOptionsMonitor<MailingSettings> _monitor;
    private readonly string _name;
    private readonly SettingsScope _scope;
    private readonly ILogger _logger;
    private readonly IDisposable? _subscription;

    // Held from reading the monitor to storing the judgement: otherwise a slow reader could put old settings back.
    private readonly Lock _gate = new();
    private MailingSettings? _judged;
    private MailingSettings? _good;
    private string? _fault;
    private string? _emailFault;
    private string? _smsFault;

    public LastGoodSettings(IOptionsMonitor<MailingSettings> monitor, string name, SettingsScope scope, ILogger logger)
    {
        _monitor = monitor;
        _name = name;
        _scope = scope;
        _logger = logger;
        _subscription = monitor.OnChange((_, changed) =>
        {
            if ((changed ?? "") == name)
            {
                Refresh(mustBeGood: false);
            }
        });
    }

    /// <summary>New valid settings are in force: read <see cref="Current"/>. Raised on the thread that saw them, without a lock; a handler must not throw.</summary>
    public event Action? Changed;

    /// <summary>The newest valid settings; never changed in place, so that a connection may keep what it began with.</summary>
    /// <exception cref="OptionsValidationException">None were valid yet; lists every fault.</exception>
    /// <exception cref="InvalidOperationException">None were valid yet, and a configured value is not of its option's type.</exception>
    public MailingSettings Current => Refresh().Good;

    /// <summary>What is wrong with the settings as they stand now, for the health check; null when they are in force.</summary>
    public string? Fault => Refresh(mustBeGood: false).Fault;

    /// <summary>Why an e-mail mailing must be refused although the settings are valid: the e-mail tab was left unconfigured. Else null.</summary>
    /// <exception cref="OptionsValidationException">None were valid yet; lists every fault.</exception>
    public string? EmailFault => Refresh().EmailFault;

    /// <summary>Why an SMS mailing must be refused although the settings are valid: the SMS tab was left unconfigured. Else null.</summary>
    /// <exception cref="OptionsValidationException">None were valid yet; lists every fault.</exception>
    public string? SmsFault => Refresh().SmsFault;

    /// <inheritdoc/>
    public void Dispose() => _subscription?.Dispose();

    // Asked at each use and not only on the change event: when a value cannot even be bound ("SmtpThreads": "many"),
    // the monitor throws instead of telling its listeners. The monitor keeps what it read, so this is a look-up.
    private State Refresh(bool mustBeGood = true)
    {
        State before, after;
        Exception? refusal;
        lock (_gate)
        {
            before = new State(_good!, _fault, _emailFault, _smsFault);
            refusal = Judge();
            after = new State(_good!, _fault, _emailFault, _smsFault);
        }

        // The first settings of all are not logged: whoever asks for them gets the exception.
        if (after.Good is null)
        {
            return mustBeGood ? throw refusal! : after;
        }

        if (after.Fault is not null && after.Fault != before.Fault)
        {
            DispatchLog.SettingsReloadRefused(_logger, _name, after.Fault);
        }
        else if (after.Fault is null && before.Fault is not null && before.Good is not null)
        {
            DispatchLog.SettingsRecovered(_logger, _name);
        }

        if (before.Good is not null && !ReferenceEquals(before.Good, after.Good))
        {
            Changed?.Invoke();
        }

        return after;
    }

    private Exception? Judge()
    {
        MailingSettings settings;
        try
        {
            settings = _monitor.Get(_name);
        }
        catch (Exception fault) when (fault is OptionsValidationException or InvalidOperationException or FormatException)
        {
            _judged = null;
            _fault = fault.Message;
            return fault;
        }

        // Refused ones are judged again each time: a certificate file may have come meanwhile.
        if (ReferenceEquals(settings, _judged) && _fault is null)
        {
            return null;
        }

        _judged = settings;
        var faults = MailingSettingsValidator.Validate(settings, _scope);
        var emailFaults = faults.Count > 0 ? [] : MailingSettingsValidator.ValidateEmail(settings.Email, _scope);
        var smsFaults = faults.Count > 0 ? [] : MailingSettingsValidator.ValidateSms(settings.Sms, _scope);

        // Mailings may be under way: a reload that empties a tab takes their relay or gateway away and is a fault too.
        if (_good is not null && faults.Count == 0)
        {
            faults = [.. _emailFault is null ? emailFaults : [], .. _smsFault is null ? smsFaults : []];
        }

        if (faults.Count > 0)
        {
            _fault = MailingSettingsException.Text(faults);
            return new MailingSettingsException(_name, faults);
        }

        _good = settings;
        _fault = null;
        _emailFault = emailFaults.Count == 0 ? null : MailingSettingsException.Text(emailFaults);
        _smsFault = smsFaults.Count == 0 ? null : MailingSettingsException.Text(smsFaults);
        return null;
    }

    private readonly record struct State(MailingSettings Good, string? Fault, string? EmailFault, string? SmsFault);
}
