namespace SuperMail.Dispatch;

/// <summary>One text to many phones. A recipient's <see cref="Recipient.Address"/> is its number, in any usual form.</summary>
public sealed class SmsMailing : Mailing
{
    /// <summary>A mailing whose recipients are read while they are needed.</summary>
    /// <param name="name">What operators call it.</param>
    /// <param name="text">What it says; may hold tags as the text of an e-mail does.</param>
    /// <param name="recipients">To whom it goes.</param>
    public SmsMailing(string name, string text, IAsyncEnumerable<Recipient> recipients)
        : base(name, recipients)
    {
        ArgumentNullException.ThrowIfNull(text);
        Text = text;
    }

    /// <summary>A mailing whose recipients come from any sequence; it is read once, in order.</summary>
    public SmsMailing(string name, string text, IEnumerable<Recipient> recipients)
        : this(name, text, recipients?.ToAsyncEnumerable()!)
    {
    }

    /// <summary>What it says; may hold tags.</summary>
    public string Text { get; }

    /// <summary>How tags are written.</summary>
    public TagStyle TagStyle { get; init; }

    /// <summary>Shown on the phone: a name of 3 to 11 characters, a number or a short code. Otherwise <see cref="SmsSettings.Sender"/>.</summary>
    public string? Sender { get; init; }

    /// <summary>The alphabet on the air; by default the cheaper one that holds the text.</summary>
    public SmsEncoding Encoding { get; init; }

    /// <summary>Whether typographic characters are replaced so that a text fits GSM 03.38. Otherwise <see cref="SmsSettings.SmartEncode"/>.</summary>
    public bool? SmartEncode { get; init; }

    /// <summary>The most segments of one text, 1 to 255; a longer one fails, none is cut. Otherwise <see cref="SmsSettings.MaxSegments"/>.</summary>
    public int? MaxSegments { get; init; }

    /// <summary>How long the provider tries to deliver; otherwise <see cref="SmsSettings.Validity"/>.</summary>
    public TimeSpan? Validity { get; init; }

    /// <summary>The host's own reference, shown in the provider's reports where it takes one.</summary>
    public string? Reference { get; init; }
}
