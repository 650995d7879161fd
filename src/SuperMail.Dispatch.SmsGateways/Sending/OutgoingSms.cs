namespace SuperMail.Dispatch.SmsGateways.Sending;

/// <summary>A message that a provider may be offered: within its capabilities, its segments counted.</summary>
internal sealed class OutgoingSms
{
    public OutgoingSms(SmsMessage message, string text, SmsSegmentCount count) => (Message, Text, Count) = (message, text, count);

    public SmsMessage Message { get; }

    public string Id => Message.Id;

    /// <summary>Country code and number, digits only.</summary>
    public string Digits => Message.To.Digits;

    /// <summary>With a plus: <c>+447700900123</c>.</summary>
    public string E164 => Message.To.ToString();

    /// <summary>The sender without a plus; null = the account's own.</summary>
    public string? From => Message.From?.WithoutPlus;

    /// <summary>What is sent; smart encoding is done.</summary>
    public string Text { get; }

    public SmsSegmentCount Count { get; }

    public int Segments => Count.Segments;

    public bool IsUnicode => Count.Encoding == SmsEncoding.Ucs2;

    /// <summary>The validity in whole minutes, at least 1; null = the provider's own.</summary>
    public int? ValidityMinutes => Message.Validity is { } validity ? Math.Max(1, (int)Math.Min(int.MaxValue, validity.TotalMinutes)) : null;

    /// <summary>What to show in the provider's reports: the host's reference, or our id.</summary>
    public string Reference => Message.Reference ?? Message.Id;

    public string? Callback => Message.CallbackUrl?.AbsoluteUri;
}
