namespace SuperMail.Dispatch;

/// <summary>What became of one offered message.</summary>
public enum SmsOutcome
{
    /// <summary>Taken by the provider.</summary>
    Accepted = 0,

    /// <summary>Refused for good.</summary>
    Rejected,

    /// <summary>Surely not taken, may be tried again.</summary>
    Retry,

    /// <summary>The request left and no readable answer came: in doubt, neither tried again nor given to another gateway.</summary>
    Unknown,
}

/// <summary>Why a message was not taken.</summary>
public enum SmsErrorClass
{
    /// <summary>It was taken.</summary>
    None = 0,

    /// <summary>No such number, or none that takes SMS.</summary>
    InvalidRecipient,

    /// <summary>The sender is malformed, not registered, or not allowed for this destination.</summary>
    InvalidSender,

    /// <summary>The text cannot be sent.</summary>
    InvalidContent,

    /// <summary>More segments or characters than allowed.</summary>
    TooLong,

    /// <summary>The recipient said STOP.</summary>
    OptedOut,

    /// <summary>Barred: region, route, spam filter.</summary>
    Blocked,

    /// <summary>The login was refused: the channel pauses.</summary>
    Authentication,

    /// <summary>The account is empty: the channel pauses.</summary>
    InsufficientFunds,

    /// <summary>A limit of the account for a day or a month.</summary>
    Quota,

    /// <summary>Too fast: the gateway pauses for a while.</summary>
    Throttled,

    /// <summary>The provider or the way to it is out of order.</summary>
    Temporary,

    /// <summary>The settings cannot work: the channel pauses.</summary>
    Configuration,

    /// <summary>No answer in time.</summary>
    Timeout,
}

/// <summary>A gateway's word on one message: a value, never an exception.</summary>
public sealed record SmsSendResult
{
    /// <summary><see cref="SmsMessage.Id"/>.</summary>
    public required string MessageId { get; init; }

    /// <summary>What became of it.</summary>
    public required SmsOutcome Outcome { get; init; }

    /// <summary>Why, unless it was accepted.</summary>
    public SmsErrorClass ErrorClass { get; init; }

    /// <summary>The provider's ids of what was taken, one or one for each part; receipts name them.</summary>
    public IReadOnlyList<string> ProviderMessageIds { get; init; } = [];

    /// <summary>The provider's own code, such as <c>21211</c>; null when it gave none.</summary>
    public string? ProviderCode { get; init; }

    /// <summary>The provider's own words, at most 512 characters, without control characters, secrets and numbers; null when it gave none.</summary>
    public string? ProviderText { get; init; }

    /// <summary>Segments that the provider counted, or that the text takes; 0 when nothing was taken.</summary>
    public int Segments { get; init; }

    /// <summary>What the provider charged, in its own currency; null when it does not say.</summary>
    public decimal? Cost { get; init; }

    /// <summary>When to come back, where the provider says so.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>True when no further message should be offered until somebody has mended the account or the settings.</summary>
    public bool PausesChannel => ErrorClass is SmsErrorClass.Authentication or SmsErrorClass.InsufficientFunds or SmsErrorClass.Configuration;

    /// <summary>Taken.</summary>
    public static SmsSendResult Accepted(SmsMessage message, int segments, params IReadOnlyList<string> providerMessageIds) =>
        new() { MessageId = Id(message), Outcome = SmsOutcome.Accepted, Segments = segments, ProviderMessageIds = providerMessageIds };

    /// <summary>Refused for good.</summary>
    public static SmsSendResult Rejected(SmsMessage message, SmsErrorClass errorClass, string? code = null, string? text = null) =>
        new() { MessageId = Id(message), Outcome = SmsOutcome.Rejected, ErrorClass = errorClass, ProviderCode = code, ProviderText = text };

    /// <summary>Surely not taken.</summary>
    public static SmsSendResult Retry(SmsMessage message, SmsErrorClass errorClass, string? code = null, string? text = null, TimeSpan? after = null) =>
        new() { MessageId = Id(message), Outcome = SmsOutcome.Retry, ErrorClass = errorClass, ProviderCode = code, ProviderText = text, RetryAfter = after };

    /// <summary>Left, and no readable answer came.</summary>
    public static SmsSendResult Unknown(SmsMessage message, SmsErrorClass errorClass, string? text = null) =>
        new() { MessageId = Id(message), Outcome = SmsOutcome.Unknown, ErrorClass = errorClass, ProviderText = text };

    private static string Id(SmsMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message.Id;
    }
}
