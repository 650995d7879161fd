namespace SuperMail.Dispatch;

/// <summary>What a gateway takes; what goes beyond is refused before the wire.</summary>
public sealed record SmsGatewayCapabilities
{
    /// <summary>Messages in one call; 1 to 10,000, default 1.</summary>
    public int MaxBatch { get; init; } = 1;

    /// <summary>UTF-16 units in one text; 0 (default) = no limit of its own.</summary>
    public int MaxCharacters { get; init; }

    /// <summary>Segments in one text; 0 (default) = no limit of its own. The standard ends at 255 (3GPP TS 23.040 §9.2.3.24.1).</summary>
    public int MaxSegments { get; init; }

    /// <summary>Whether texts outside GSM 03.38 are taken. Default true.</summary>
    public bool Unicode { get; init; } = true;

    /// <summary>Whether characters beyond the Basic Multilingual Plane (emoji) are taken. Default true.</summary>
    public bool AstralCharacters { get; init; } = true;

    /// <summary>The longest validity that is taken; null = the provider has none.</summary>
    public TimeSpan? MaxValidity { get; init; }

    /// <summary>Whether the provider holds a message until <see cref="SmsMessage.SendAt"/>.</summary>
    public bool Scheduling { get; init; }

    /// <summary>Whether delivery receipts come back.</summary>
    public bool DeliveryReports { get; init; }

    /// <summary>Whether messages from phones come in.</summary>
    public bool Inbound { get; init; }

    /// <summary>Whether the provider refuses a repeated <see cref="SmsMessage.Id"/>: only then may an unknown outcome be tried again.</summary>
    public bool DeduplicatesById { get; init; }

    /// <summary>The kinds of sender that are taken. Default all.</summary>
    public SmsSenderKinds Senders { get; init; } = SmsSenderKinds.All;

    /// <summary>Segments a second that the provider takes over all connections; 0 (default) = not known.</summary>
    public double SuggestedSegmentsPerSecond { get; init; }
}

/// <summary>Kinds of sender.</summary>
[Flags]
public enum SmsSenderKinds
{
    /// <summary>None: the provider chooses the sender.</summary>
    None = 0,

    /// <summary>A text of 3 to 11 characters; nobody can answer it.</summary>
    Alphanumeric = 1,

    /// <summary>A number of up to 15 digits.</summary>
    Numeric = 2,

    /// <summary>A short code of 3 to 8 digits.</summary>
    ShortCode = 4,

    /// <summary>Every kind.</summary>
    All = Alphanumeric | Numeric | ShortCode,
}
