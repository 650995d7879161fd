using SuperMail.Dispatch.Pacing;

namespace SuperMail.Dispatch;

/// <summary>
/// Keeps a gateway below so many segments a second over all calls, evenly spaced. The dispatcher paces by itself
/// (<c>Mailing:Sms:SegmentsPerSecond</c>): this is for a gateway that several share, or that is called without one.
/// </summary>
public sealed class ThrottledSmsGateway : ISmsGateway
{
    private readonly ISmsGateway _inner;
    private readonly Pacer _pacer;
    private readonly double _segmentsPerSecond;

    /// <summary>A gateway that waits before it passes a batch on.</summary>
    /// <param name="inner">The gateway.</param>
    /// <param name="segmentsPerSecond">More than 0.</param>
    /// <param name="time">The clock; null = the system's.</param>
    public ThrottledSmsGateway(ISmsGateway inner, double segmentsPerSecond, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(segmentsPerSecond);
        (_inner, _segmentsPerSecond, _pacer) = (inner, segmentsPerSecond, new Pacer(time ?? TimeProvider.System));
        Capabilities = inner.Capabilities with { SuggestedSegmentsPerSecond = segmentsPerSecond };
    }

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <summary>The inner gateway's, with this rate as its suggestion.</summary>
    public SmsGatewayCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SmsSendResult>> SendAsync(IReadOnlyList<SmsMessage> messages, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var segments = messages.Sum(static m => SmsSegments.TryCount(m.Text, m.Encoding, out var count, out _) ? count.Segments : 1);
        try
        {
            await _pacer.WaitAsync(TimeSpan.FromSeconds(segments / _segmentsPerSecond), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return [.. messages.Select(static m => SmsSendResult.Retry(m, SmsErrorClass.Temporary, text: "Cut while it waited for its turn."))];
        }

        return await _inner.SendAsync(messages, cancellationToken).ConfigureAwait(false);
    }
}
