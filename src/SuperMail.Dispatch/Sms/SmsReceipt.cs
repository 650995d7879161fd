namespace SuperMail.Dispatch;

/// <summary>Where a message stands, by its delivery receipt.</summary>
public enum SmsReceiptState
{
    /// <summary>Not known to us; kept as it came.</summary>
    Unknown = 0,

    /// <summary>On its way.</summary>
    Pending,

    /// <summary>Final: on the phone.</summary>
    Delivered,

    /// <summary>Final: not delivered.</summary>
    Undelivered,

    /// <summary>Final: the validity ended before the phone was reached.</summary>
    Expired,

    /// <summary>Final: refused by the operator.</summary>
    Rejected,
}

/// <summary>A delivery receipt.</summary>
public sealed record SmsReceipt
{
    /// <summary>The provider's message id (<see cref="SmsSendResult.ProviderMessageIds"/>).</summary>
    public required string Key { get; init; }

    /// <summary>What it says.</summary>
    public required SmsReceiptState State { get; init; }

    /// <summary>Whether a failure is the number's own (true) or may pass (false); null when the provider does not say.</summary>
    public bool? IsPermanent { get; init; }

    /// <summary>When it happened, by the provider's clock; null when it does not say.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The provider's own code of an error; null when there is none.</summary>
    public string? ProviderCode { get; init; }

    /// <summary>The provider's own word for the state.</summary>
    public required string Raw { get; init; }

    /// <summary>True when nothing further is to come.</summary>
    public bool IsFinal => State is SmsReceiptState.Delivered or SmsReceiptState.Undelivered or SmsReceiptState.Expired or SmsReceiptState.Rejected;
}

/// <summary>A message from a phone.</summary>
public sealed record SmsInboundMessage
{
    /// <summary>The provider's id of it; null when it gave none.</summary>
    public string? ProviderMessageId { get; init; }

    /// <summary>Who sent it, completed with the default country code so that the host recognises its customer; null when it is no number.</summary>
    public PhoneNumber? From { get; init; }

    /// <summary>Who sent it, as it came: a short code or a name may stand here.</summary>
    public required string FromText { get; init; }

    /// <summary>The number or short code that it was sent to, as it came.</summary>
    public string? To { get; init; }

    /// <summary>What it says.</summary>
    public required string Text { get; init; }

    /// <summary>The SMS endpoint code (keyword) that it begins with, as configured; null when it does not.</summary>
    public string? Keyword { get; init; }

    /// <summary>True when it says STOP, STOPALL, UNSUBSCRIBE, CANCEL, END or QUIT.</summary>
    public bool IsOptOut { get; init; }

    /// <summary>When it was received, by the provider's clock; null when it does not say.</summary>
    public DateTimeOffset? At { get; init; }
}
