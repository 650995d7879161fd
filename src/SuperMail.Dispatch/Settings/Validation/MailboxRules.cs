namespace SuperMail.Dispatch.Settings;

/// <summary>The rules of who may stand in From, and of the addresses around it.</summary>
internal static class MailboxRules
{
    public static void Check(EmailSettings email, SettingsFaults faults)
    {
        var domains = CheckDomains(email.ApprovedSendingDomains ?? [], faults);
        var registered = CheckMailboxes(email.Mailboxes ?? [], domains, faults);
        CheckDefaultFrom(email, registered, faults);

        CheckAddress(nameof(email.ReplyTo), email.ReplyTo, faults);
        CheckAddress(nameof(email.CheckSmtpRecipient), email.CheckSmtpRecipient, faults);
        if (email.CheckSmtpConnection && string.IsNullOrEmpty(email.CheckSmtpRecipient))
        {
            faults.Add(nameof(email.CheckSmtpRecipient), null,
                $"is required because {faults.PathOf(nameof(email.CheckSmtpConnection))} = True");
        }

        if (!string.IsNullOrEmpty(email.EnvelopeFrom) && EnvelopeFromRule.Fault(email.EnvelopeFrom) is { } rule)
        {
            faults.Add(nameof(email.EnvelopeFrom), email.EnvelopeFrom, rule);
        }
    }

    private static HashSet<string> CheckDomains(IList<string> domains, SettingsFaults faults)
    {
        HashSet<string> approved = [];
        for (var index = 0; index < domains.Count; index++)
        {
            // Parsed as part of an address, so that both are compared in one form (lower case, A-labels).
            if (EmailAddress.TryParse($"x@{domains[index]}", out var address, out var error) && !domains[index].Contains('@', StringComparison.Ordinal))
            {
                approved.Add(address.Domain);
            }
            else
            {
                faults.In(nameof(EmailSettings.ApprovedSendingDomains)).Add($"{index}", domains[index],
                    $"must be a domain such as example.org ({(error ?? "It holds '@'").TrimEnd('.')})");
            }
        }

        return approved;
    }

    private static Dictionary<EmailAddress, string> CheckMailboxes(IList<MailboxSettings> mailboxes, HashSet<string> domains, SettingsFaults faults)
    {
        Dictionary<EmailAddress, string> registered = [];
        for (var index = 0; index < mailboxes.Count; index++)
        {
            var at = faults.In(nameof(EmailSettings.Mailboxes), index);
            if (mailboxes[index] is not { } mailbox)
            {
                at.Add(nameof(MailboxSettings.Address), null, "is required");
                continue;
            }

            if (string.IsNullOrEmpty(mailbox.Address))
            {
                at.Add(nameof(mailbox.Address), null, "is required");
            }
            else
            {
                Register(nameof(mailbox.Address), mailbox.Address, at);
            }

            for (var alias = 0; alias < (mailbox.Aliases?.Count ?? 0); alias++)
            {
                Register($"{nameof(mailbox.Aliases)}:{alias}", mailbox.Aliases![alias], at);
            }

            CheckAddress(nameof(mailbox.ReplyTo), mailbox.ReplyTo, at);
            if (mailbox.DisplayName?.Any(char.IsControl) == true)
            {
                at.Add(nameof(mailbox.DisplayName), mailbox.DisplayName, "must not hold control characters");
            }
        }

        return registered;

        void Register(string option, string? text, SettingsFaults at)
        {
            if (!EmailAddress.TryParse(text, out var address, out var error))
            {
                at.Add(option, text, $"must be one address ({error.TrimEnd('.')})");
            }
            else if (!registered.TryAdd(address, at.PathOf(option)))
            {
                at.Add(option, text, $"must be unique; it stands at {registered[address]} already");
            }
            else if (domains.Count > 0 && !domains.Contains(address.Domain))
            {
                at.Add(option, text, $"must be of a domain in {faults.PathOf(nameof(EmailSettings.ApprovedSendingDomains))}: {string.Join(", ", domains)}");
            }
        }
    }

    private static void CheckDefaultFrom(EmailSettings email, Dictionary<EmailAddress, string> registered, SettingsFaults faults)
    {
        const string Option = nameof(email.DefaultFromAddress);
        if (string.IsNullOrEmpty(email.DefaultFromAddress))
        {
            faults.Add(Option, null, "is required: the address or an alias of a registered mailbox");
        }
        else if (!EmailAddress.TryParse(email.DefaultFromAddress, out var address, out var error))
        {
            faults.Add(Option, email.DefaultFromAddress, $"must be one address ({error.TrimEnd('.')})");
        }
        else if (!registered.ContainsKey(address))
        {
            faults.Add(Option, email.DefaultFromAddress,
                $"must be the address or an alias of a registered mailbox ({faults.PathOf(nameof(email.Mailboxes))}); registered: {RegisteredMailboxes.Names(registered.Keys)}");
        }
    }

    private static void CheckAddress(string option, string? text, SettingsFaults faults)
    {
        if (!string.IsNullOrEmpty(text) && !EmailAddress.TryParse(text, out _, out var error))
        {
            faults.Add(option, text, $"must be one address ({error.TrimEnd('.')})");
        }
    }
}
