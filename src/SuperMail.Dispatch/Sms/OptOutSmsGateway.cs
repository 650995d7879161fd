namespace SuperMail.Dispatch;

/// <summary>
/// Sends nothing to numbers that said STOP, and takes what phones say in: register it around the gateway with
/// <c>UseSmsGateway</c>, and give inbound messages to <see cref="TakeInboundAsync"/>.
/// </summary>
public sealed class OptOutSmsGateway : ISmsGateway
{
    private readonly ISmsGateway _inner;
    private readonly ISmsOptOutList _list;

    /// <summary>A gateway that asks the list before the inner one.</summary>
    public OptOutSmsGateway(ISmsGateway inner, ISmsOptOutList list)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(list);
        (_inner, _list) = (inner, list);
    }

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <inheritdoc/>
    public SmsGatewayCapabilities Capabilities => _inner.Capabilities;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SmsSendResult>> SendAsync(IReadOnlyList<SmsMessage> messages, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        HashSet<PhoneNumber> out_;
        try
        {
            out_ = [.. await _list.FindAsync([.. messages.Select(static m => m.To).Distinct()], cancellationToken).ConfigureAwait(false)];
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // Whom the list did not clear is not written to; its own trouble is nobody's refusal.
            return [.. messages.Select(m => SmsSendResult.Retry(m, SmsErrorClass.Temporary, text: $"The opt-out list failed ({fault.GetType().Name})."))];
        }

        if (out_.Count == 0)
        {
            return await _inner.SendAsync(messages, cancellationToken).ConfigureAwait(false);
        }

        var left = messages.Where(m => !out_.Contains(m.To)).ToList();
        var results = left.Count == 0 ? [] : await _inner.SendAsync(left, cancellationToken).ConfigureAwait(false);
        return SmsResults.InOrder(messages, [.. results, .. messages.Where(m => out_.Contains(m.To)).Select(static m => SmsSendResult.Rejected(m, SmsErrorClass.OptedOut))]);
    }

    /// <summary>Remembers the senders of messages that say one of <see cref="SmsOptOut.Words"/>.</summary>
    /// <returns>How many said so.</returns>
    public async Task<int> TakeInboundAsync(IReadOnlyList<SmsInboundMessage> messages, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var count = 0;
        foreach (var message in messages)
        {
            if (message.From is { } number && (message.IsOptOut || SmsOptOut.IsOptOut(message.Text)))
            {
                await _list.AddAsync(number, cancellationToken).ConfigureAwait(false);
                count++;
            }
        }

        return count;
    }
}
