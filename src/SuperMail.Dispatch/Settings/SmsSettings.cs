namespace SuperMail.Dispatch;

/// <summary>The SMS tab (<c>Mailing:Sms</c>).</summary>
public sealed class SmsSettings
{
    /// <summary>Name of a registered gateway module, such as <c>twilio</c>. Required unless the host brings a gateway of its own or <see cref="UseWebService"/> is off.</summary>
    public string? Module { get; set; }

    /// <summary>Completes numbers that are written without a country: <c>+44</c>, <c>44</c> or <c>0044</c>. Without it such numbers fail.</summary>
    public string? DefaultCountryCode { get; set; }

    /// <summary>Shown on the phone: 3 to 11 letters and digits, a number of up to 15 digits, or a short code; the gateway may narrow it. Default: the account's own.</summary>
    public string? Sender { get; set; }

    /// <summary>The module's configuration as its provider's sheet prints it, <c>key = value</c>, one a line; never logged.</summary>
    public string? PluginConfiguration { get; set; }

    /// <summary>Batches at once; 1 to 200, default 4.</summary>
    public int Concurrency { get; set; } = 4;

    /// <summary>The most segments a second over all batches; 0 (default) = what the gateway suggests, at most 10,000.</summary>
    public double SegmentsPerSecond { get; set; }

    /// <summary>The most segments of one text; a longer one fails, none is cut. 1 to 255, default 10.</summary>
    public int MaxSegments { get; set; } = 10;

    /// <summary>Whether typographic characters (curly quotes, dashes, …) are replaced where a text then fits GSM 03.38. Default false.</summary>
    public bool SmartEncode { get; set; }

    /// <summary>How long the provider tries to deliver; more than 0, at most 30 days; default: the provider's own.</summary>
    public TimeSpan? Validity { get; set; }

    /// <summary>Delivery report: whether receipts are asked for. Default false.</summary>
    public bool DeliveryReports { get; set; }

    /// <summary>Where the provider calls receipts back, http or https; default: the account's own.</summary>
    public string? CallbackUrl { get; set; }

    /// <summary>SMS endpoint: the code (keyword) with which messages from phones begin that are meant for us; default: none.</summary>
    public string? EndpointCode { get; set; }

    /// <summary>SMS priority, 1 (low) to 3 (high), where the provider knows it; default: the provider's own.</summary>
    public int? Priority { get; set; }

    /// <summary>Use web service: true (default) sends through the module; false sends e-mails to <c>{number}@</c><see cref="EmailGatewayDomain"/>.</summary>
    public bool UseWebService { get; set; } = true;

    /// <summary>Domain of the e-mail gateway; required when <see cref="UseWebService"/> is off, and so is the e-mail tab.</summary>
    public string? EmailGatewayDomain { get; set; }

    /// <summary>When transiently refused recipients are tried again.</summary>
    public RetrySettings Retry { get; set; } = new();
}
