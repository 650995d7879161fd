namespace SuperMail.Dispatch.Settings;

/// <summary>The rules of the e-mail tab.</summary>
internal static class EmailRules
{
    public static void Check(EmailSettings email, SettingsScope scope, SettingsFaults faults)
    {
        faults.Range(nameof(email.MaxEmailsPerConnection), email.MaxEmailsPerConnection, 1, 100_000);
        faults.Range(nameof(email.SmtpThreads), email.SmtpThreads, 1, 200);
        MailboxRules.Check(email, faults);
        RelayRules.Check(email, scope, faults);
        faults.Defined(nameof(email.Pipelining), email.Pipelining);
        faults.Range(nameof(email.PipelineDepth), email.PipelineDepth, 1, 64);
        if (email is { Pipelining: SmtpPipelining.Deep, UseChunking: false })
        {
            faults.AddBare(
                nameof(email.Pipelining), email.Pipelining,
                $"needs {faults.PathOf(nameof(email.UseChunking))} = true: only BDAT (RFC 3030) tells the relay where a message ends that it has refused");
        }

        faults.Range(nameof(email.MessagesPerMinute), email.MessagesPerMinute, 0, 10_000_000);
        faults.Range(nameof(email.IdleConnectionTimeout), email.IdleConnectionTimeout, TimeSpan.FromSeconds(300));
        if (email.OverlapConnections && email.IdleConnectionTimeout == TimeSpan.Zero)
        {
            faults.AddBare(
                nameof(email.OverlapConnections), true,
                $"needs {faults.PathOf(nameof(email.IdleConnectionTimeout))} of more than 0: a connection opened ahead waits for its slot");
        }

        CheckTimeouts(email.Timeouts, faults);
        RetryRules.Check(email.Retry, faults);
    }

    private static void CheckTimeouts(SmtpTimeouts? timeouts, SettingsFaults faults)
    {
        if (timeouts is null)
        {
            faults.Add(nameof(EmailSettings.Timeouts), null, "must not be null");
            return;
        }

        var at = faults.In(nameof(EmailSettings.Timeouts));
        var most = TimeSpan.FromHours(1);
        at.PositiveRange(nameof(timeouts.Connect), timeouts.Connect, most);
        at.PositiveRange(nameof(timeouts.Greeting), timeouts.Greeting, most);
        at.PositiveRange(nameof(timeouts.Hello), timeouts.Hello, most);
        at.PositiveRange(nameof(timeouts.Envelope), timeouts.Envelope, most);
        at.PositiveRange(nameof(timeouts.Data), timeouts.Data, most);
        at.PositiveRange(nameof(timeouts.Block), timeouts.Block, most);
        at.PositiveRange(nameof(timeouts.EndOfData), timeouts.EndOfData, most);
        at.PositiveRange(nameof(timeouts.Quit), timeouts.Quit, most);
    }
}
