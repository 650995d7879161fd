namespace SuperMail.Dispatch;

/// <summary>A provider of SMS, or a host's own way to send one.</summary>
public interface ISmsGateway
{
    /// <summary>What logs, metrics and reports call it, such as <c>twilio</c>.</summary>
    string Name { get; }

    /// <summary>What it takes. Does not change while the gateway lives.</summary>
    SmsGatewayCapabilities Capabilities { get; }

    /// <summary>
    /// Offers messages, at most <see cref="SmsGatewayCapabilities.MaxBatch"/>, to the provider and gives exactly one
    /// result for each, in the same order. May be called several times at once.
    /// </summary>
    /// <remarks>
    /// Throws for misuse only: what the provider, the network or a recipient does is a result. When
    /// <paramref name="cancellationToken"/> ends the call, results that are known are returned with
    /// <see cref="SmsOutcome.Retry"/> for what surely did not leave and <see cref="SmsOutcome.Unknown"/> for what may have.
    /// </remarks>
    Task<IReadOnlyList<SmsSendResult>> SendAsync(IReadOnlyList<SmsMessage> messages, CancellationToken cancellationToken);
}
