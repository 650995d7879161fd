namespace SuperMail.Dispatch.SmsGateways.Sending;

/// <summary>Why a provider did not take a message.</summary>
/// <param name="Class">Why.</param>
/// <param name="Code">The provider's own code.</param>
/// <param name="Text">The provider's own words, as they came.</param>
internal sealed record ProviderFault(SmsErrorClass Class, string? Code = null, string? Text = null)
{
    /// <summary>What it means for the message, unless the provider's word says otherwise.</summary>
    public SmsOutcome Outcome { get; init; } = OutcomeOf(Class);

    // What the account or the provider lacks is not the recipient's fault: the message comes again when that is mended.
    private static SmsOutcome OutcomeOf(SmsErrorClass errorClass) => errorClass switch
    {
        SmsErrorClass.InvalidRecipient or SmsErrorClass.InvalidSender or SmsErrorClass.InvalidContent or SmsErrorClass.TooLong
            or SmsErrorClass.OptedOut or SmsErrorClass.Blocked => SmsOutcome.Rejected,
        _ => SmsOutcome.Retry,
    };
}
