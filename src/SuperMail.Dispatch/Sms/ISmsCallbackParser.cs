namespace SuperMail.Dispatch;

/// <summary>Reads what a provider calls back: receipts and messages from phones. A gateway implements it beside <see cref="ISmsGateway"/> where its provider has them.</summary>
public interface ISmsCallbackParser
{
    /// <summary>Reads one request. Never throws for what the request holds.</summary>
    SmsCallback Parse(SmsCallbackRequest request);
}

/// <summary>A request as the host's web server received it.</summary>
public sealed record SmsCallbackRequest
{
    /// <summary>GET or POST.</summary>
    public required string Method { get; init; }

    /// <summary>The whole address that the provider called, query included, as the public sees it (before any proxy): signatures cover it.</summary>
    public required Uri Url { get; init; }

    /// <summary>Header fields by name, letter case ignored.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The body; at most 1 MiB is read, more is malformed.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }
}

/// <summary>Whether the request is the provider's.</summary>
public enum SmsSignature
{
    /// <summary>The provider does not sign, or no key is configured: the host must protect the address in another way.</summary>
    None = 0,

    /// <summary>Signed by the provider.</summary>
    Valid,

    /// <summary>Not signed by the provider: nothing was read from it.</summary>
    Invalid,
}

/// <summary>What a callback held, and what to answer.</summary>
public sealed record SmsCallback
{
    /// <summary>Whether it is the provider's.</summary>
    public SmsSignature Signature { get; init; }

    /// <summary>The receipts.</summary>
    public IReadOnlyList<SmsReceipt> Receipts { get; init; } = [];

    /// <summary>The messages from phones.</summary>
    public IReadOnlyList<SmsInboundMessage> Inbound { get; init; } = [];

    /// <summary>Why nothing could be read; null when something could. Holds neither numbers nor texts.</summary>
    public string? Fault { get; init; }

    /// <summary>Status code to answer: 200, 400 (malformed) or 403 (signature).</summary>
    public int AnswerStatus { get; init; } = 200;

    /// <summary>Content type of the answer.</summary>
    public string AnswerType { get; init; } = "text/plain";

    /// <summary>Body of the answer.</summary>
    public string Answer { get; init; } = "";
}
