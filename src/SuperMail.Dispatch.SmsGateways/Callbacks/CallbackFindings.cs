namespace SuperMail.Dispatch.SmsGateways.Callbacks;

/// <summary>What a reader finds in a callback.</summary>
internal sealed class CallbackFindings
{
    public List<SmsReceipt> Receipts { get; } = [];

    public List<SmsInboundMessage> Inbound { get; } = [];

    /// <summary>The answer that the provider waits for.</summary>
    public string Answer { get; set; } = "";

    public string AnswerType { get; set; } = "text/plain";

    public bool IsEmpty => Receipts.Count + Inbound.Count == 0;

    /// <summary>A receipt, if it names its message; one without a key belongs to nobody.</summary>
    public void Receipt(string? key, ReceiptWord word, string? raw, DateTimeOffset? at = null, string? code = null)
    {
        if (key is not null)
        {
            Receipts.Add(new SmsReceipt
            {
                Key = key,
                State = word.State,
                IsPermanent = word.IsPermanent,
                At = at,
                ProviderCode = code,
                Raw = raw ?? "",
            });
        }
    }
}

/// <summary>What a provider's word for a state means.</summary>
/// <param name="State">The state.</param>
/// <param name="IsPermanent">Whether a failure is the number's own; null when the word does not say.</param>
internal readonly record struct ReceiptWord(SmsReceiptState State, bool? IsPermanent = null)
{
    public static readonly ReceiptWord Unknown = new(SmsReceiptState.Unknown);
    public static readonly ReceiptWord Pending = new(SmsReceiptState.Pending);
    public static readonly ReceiptWord Delivered = new(SmsReceiptState.Delivered);
    public static readonly ReceiptWord Undelivered = new(SmsReceiptState.Undelivered);
    public static readonly ReceiptWord Expired = new(SmsReceiptState.Expired, false);
    public static readonly ReceiptWord Rejected = new(SmsReceiptState.Rejected);

    /// <summary>The words of SMPP receipts, which many providers pass on (SMPP 3.4 appendix B).</summary>
    public static ReceiptWord OfSmpp(string? word) => word?.ToUpperInvariant() switch
    {
        "ENROUTE" or "ACCEPTD" or "ACKED" or "BUFFERED" => Pending,
        "DELIVRD" or "DELIVERED" => Delivered,
        "EXPIRED" => Expired,
        "DELETED" or "UNDELIV" or "FAILED" or "UNDELIVERED" => Undelivered,
        "REJECTD" or "REJECTED" => Rejected,
        _ => Unknown,
    };
}
