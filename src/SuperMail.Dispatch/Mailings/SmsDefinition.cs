namespace SuperMail.Dispatch;

/// <summary>An SMS mailing after the door: what the mailing left open is taken from the settings of that moment.</summary>
internal sealed record SmsDefinition : MailingDefinition
{
    public required string Text { get; init; }

    public TagStyle TagStyle { get; init; }

    /// <summary>Null = the provider's or the account's own.</summary>
    public SmsSender? Sender { get; init; }

    /// <summary>Completes numbers without one, also when the reading goes on another day.</summary>
    public CountryCode? DefaultCountry { get; init; }

    public SmsEncoding Encoding { get; init; }

    public bool SmartEncode { get; init; }

    public int MaxSegments { get; init; }

    public TimeSpan? Validity { get; init; }

    public Uri? CallbackUrl { get; init; }

    public int? Priority { get; init; }

    public string? Reference { get; init; }
}
