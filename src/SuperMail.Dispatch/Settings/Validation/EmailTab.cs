namespace SuperMail.Dispatch.Settings;

/// <summary>Whether anybody filled in the e-mail tab: a host that sends no e-mail must start without one.</summary>
internal static class EmailTab
{
    private static readonly EmailSettings Default = new();

    /// <summary>True as soon as anything differs from the defaults.</summary>
    public static bool IsConfigured(EmailSettings email) => !(
        email.MaxEmailsPerConnection == Default.MaxEmailsPerConnection
        && email.SmtpThreads == Default.SmtpThreads
        && IsEmpty(email.DefaultFromAddress)
        && IsEmpty(email.Host)
        && email.Port == Default.Port
        && IsEmpty(email.UserName)
        && IsEmpty(email.Password)
        && email.UseSsl == Default.UseSsl
        && email.TlsMode == Default.TlsMode
        && email.AllowPlaintextAuthentication == Default.AllowPlaintextAuthentication
        && email.Authentication == Default.Authentication
        && email.CheckSmtpConnection == Default.CheckSmtpConnection
        && IsEmpty(email.CheckSmtpRecipient)
        && IsEmpty(email.LocalName)
        && email.Pipelining == Default.Pipelining
        && email.PipelineDepth == Default.PipelineDepth
        && email.UseChunking == Default.UseChunking
        && email.OverlapConnections == Default.OverlapConnections
        && email.MessagesPerMinute == Default.MessagesPerMinute
        && email.IdleConnectionTimeout == Default.IdleConnectionTimeout
        && IsEmpty(email.EnvelopeFrom)
        && IsEmpty(email.ReplyTo)
        && email.Mailboxes is null or { Count: 0 }
        && email.ApprovedSendingDomains is null or { Count: 0 }
        && IsEmpty(email.ClientCertificatePath)
        && IsEmpty(email.ClientCertificatePassword)
        && IsEmpty(email.TrustedCertificatesPath)
        && email.CheckCertificateRevocation == Default.CheckCertificateRevocation
        && IsDefault(email.Timeouts)
        && RetryRules.IsDefault(email.Retry));

    // An empty string is what configuration gives for a field left blank.
    private static bool IsEmpty(string? text) => string.IsNullOrEmpty(text);

    private static bool IsDefault(SmtpTimeouts? timeouts) => timeouts is not null
        && timeouts.Connect == Default.Timeouts.Connect
        && timeouts.Greeting == Default.Timeouts.Greeting
        && timeouts.Hello == Default.Timeouts.Hello
        && timeouts.Envelope == Default.Timeouts.Envelope
        && timeouts.Data == Default.Timeouts.Data
        && timeouts.Block == Default.Timeouts.Block
        && timeouts.EndOfData == Default.Timeouts.EndOfData
        && timeouts.Quit == Default.Timeouts.Quit;
}
