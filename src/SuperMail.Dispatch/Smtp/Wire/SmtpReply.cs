namespace SuperMail.Dispatch.Smtp;

/// <summary>One whole reply (RFC 5321 §4.2), however many lines it had.</summary>
/// <param name="Code">Three digits; 0 when there was no reply.</param>
/// <param name="Enhanced">The enhanced status code, none when absent or of another class than the code.</param>
/// <param name="Text">Its lines joined by line feeds, without codes; kept for refusals and where it was asked for.</param>
internal readonly record struct SmtpReply(int Code, EnhancedStatusCode Enhanced = default, string? Text = null)
{
    public bool IsNone => Code == 0;

    public int FirstDigit => Code / 100;

    public bool Accepts => FirstDigit == 2;

    public bool Refuses => FirstDigit is 4 or 5;

    /// <summary>The server takes its leave (RFC 5321 §3.8); allowed in the place of any reply.</summary>
    public bool Closes => Code == 421;
}
