namespace SuperMail.Dispatch.Delivery;

/// <summary>"Send test" of both tabs.</summary>
internal sealed class MailingTest(EnginePorts ports) : IMailingTester
{
    private readonly EmailTest _email = new(ports);
    private readonly SmsTest _sms = new(ports);

    public Task<IReadOnlyList<EmailTestResult>> SendEmailAsync(EmailMailing mailing, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(mailing);
        return _email.SendAsync(mailing, cancellationToken);
    }

    public Task<SmsTestResult> SendSmsAsync(string number, string text, string? sender = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(number);
        ArgumentNullException.ThrowIfNull(text);
        return _sms.SendAsync(number, text, sender, cancellationToken);
    }
}
