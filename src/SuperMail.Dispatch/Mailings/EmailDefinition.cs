namespace SuperMail.Dispatch;

/// <summary>An e-mail mailing after the door; attachments are read.</summary>
internal sealed record EmailDefinition : MailingDefinition
{
    public required EmailContent Content { get; init; }

    public required EmailAddress From { get; init; }

    public string? FromName { get; init; }

    public EmailAddress? ReplyTo { get; init; }

    /// <summary>Where bounces return, as text with tags; null = From.</summary>
    public string? EnvelopeFrom { get; init; }

    /// <summary>Stands in every message's Date, on every attempt.</summary>
    public required DateTimeOffset Date { get; init; }

    public DsnNotify Dsn { get; init; }

    /// <summary>What goes to phones by way of an e-mail gateway; null for e-mail to people.</summary>
    public PhoneRoute? Phones { get; init; }
}

/// <summary>Texts that travel as e-mails to <c>{number}@{domain}</c>.</summary>
/// <param name="Domain">The gateway's domain.</param>
/// <param name="Text">The text as it would have gone to an SMS gateway: its rules hold here too.</param>
internal sealed record PhoneRoute(string Domain, SmsDefinition Text);
