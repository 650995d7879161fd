namespace SuperMail.Dispatch.Tests.Settings;

/// <summary>Settings without a fault, for tests that break one thing.</summary>
internal static class ValidSettings
{
    public static MailingSettings Create(Action<EmailSettings>? change = null)
    {
        var settings = new MailingSettings
        {
            Email =
            {
                Host = "relay.example.org",
                DefaultFromAddress = "news@example.org",
                Mailboxes = [new MailboxSettings { Address = "info@example.org", DisplayName = "Example", Aliases = ["news@example.org"] }],
            },
        };
        change?.Invoke(settings.Email);
        return settings;
    }
}
