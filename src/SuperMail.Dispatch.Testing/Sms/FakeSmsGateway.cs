namespace SuperMail.Dispatch.Testing;

/// <summary>
/// An SMS gateway that sends nothing: it records, answers as scripted, and plays the phones. For unit tests of a host;
/// register it with <c>AddMailingDispatch(…).UseSmsGateway(fake)</c>, or as module <c>fake</c> with <see cref="FakeSmsModule"/>.
/// </summary>
public sealed class FakeSmsGateway : ISmsGateway
{
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly List<FakeSms> _offered = [];
    private readonly List<FakeSmsRule> _rules = [];
    private int _calls;
    private int _atOnce;
    private int _mostAtOnce;
    private int _ids;

    /// <summary>A gateway that takes everything.</summary>
    /// <param name="capabilities">What it takes; by default batches of 100, receipts and inbound messages.</param>
    /// <param name="time">The clock of <see cref="Latency"/> and of receipts; null = the system's.</param>
    public FakeSmsGateway(SmsGatewayCapabilities? capabilities = null, TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        Capabilities = capabilities ?? new SmsGatewayCapabilities { MaxBatch = 100, DeliveryReports = true, Inbound = true };
    }

    /// <inheritdoc/>
    public string Name => "fake";

    /// <inheritdoc/>
    public SmsGatewayCapabilities Capabilities { get; }

    /// <summary>How long a call takes, by the clock; default none.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Called at the start of each call with its batch, to hold it back until a signal, or to throw.</summary>
    public Func<IReadOnlyList<SmsMessage>, CancellationToken, Task>? OnBatch { get; set; }

    /// <summary>Where receipts go: give them to <see cref="IMailingDispatcher.RecordReceiptsAsync"/> as the host's callback address would.</summary>
    public Func<IReadOnlyList<SmsReceipt>, Task>? OnReceipts { get; set; }

    /// <summary>Where messages from phones go.</summary>
    public Func<SmsInboundMessage, Task>? OnInbound { get; set; }

    /// <summary>Everything that was offered, in order, with the answers.</summary>
    public IReadOnlyList<FakeSms> Offered
    {
        get
        {
            lock (_lock)
            {
                return [.. _offered];
            }
        }
    }

    /// <summary>What was accepted, in order.</summary>
    public IReadOnlyList<SmsMessage> Messages => [.. Offered.Where(static o => o.Result.Outcome is SmsOutcome.Accepted).Select(static o => o.Message)];

    /// <summary>Segments of what was accepted.</summary>
    public int Segments => Offered.Sum(static o => o.Result.Outcome is SmsOutcome.Accepted ? o.Result.Segments : 0);

    /// <summary>Calls so far.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>The most calls that were under way at once.</summary>
    public int MostAtOnce => Volatile.Read(ref _mostAtOnce);

    /// <summary>Scripts what happens to messages to a number. Later rules are asked first; one that is used up is passed over.</summary>
    /// <param name="number">The number in its international form, or null for every number.</param>
    public FakeSmsRule When(string? number = null)
    {
        var rule = new FakeSmsRule(number is null ? null : PhoneNumber.Parse(number));
        lock (_lock)
        {
            _rules.Insert(0, rule);
        }

        return rule;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SmsSendResult>> SendAsync(IReadOnlyList<SmsMessage> messages, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        if (messages.Count == 0 || messages.Count > Capabilities.MaxBatch)
        {
            throw new ArgumentException($"A call takes 1 to {Capabilities.MaxBatch} messages; it was given {messages.Count}.", nameof(messages));
        }

        Interlocked.Increment(ref _calls);
        var atOnce = Interlocked.Increment(ref _atOnce);
        for (var most = _mostAtOnce; atOnce > most; most = _mostAtOnce)
        {
            Interlocked.CompareExchange(ref _mostAtOnce, atOnce, most);
        }

        try
        {
            if (OnBatch is not null)
            {
                await OnBatch(messages, cancellationToken).ConfigureAwait(false);
            }

            if (Latency > TimeSpan.Zero)
            {
                await Task.Delay(Latency, _time, cancellationToken).ConfigureAwait(false);
            }

            lock (_lock)
            {
                return [.. messages.Select(Answer)];
            }
        }
        finally
        {
            Interlocked.Decrement(ref _atOnce);
        }
    }

    /// <summary>The phone got the message: emits the receipt of each of its parts.</summary>
    /// <exception cref="FakeSmsException">Nothing was accepted for this number.</exception>
    public Task DeliverAsync(string number) => ReceiptAsync(number, SmsReceiptState.Delivered);

    /// <summary>Emits a receipt for the latest message that was accepted for a number.</summary>
    /// <exception cref="FakeSmsException">Nothing was accepted for this number.</exception>
    public async Task ReceiptAsync(string number, SmsReceiptState state, bool? isPermanent = null)
    {
        var to = PhoneNumber.Parse(number);
        var latest = Offered.LastOrDefault(o => o.Message.To == to && o.Result.Outcome is SmsOutcome.Accepted)
            ?? throw new FakeSmsException($"Nothing was accepted for {to}; accepted were: {Listed()}.");
        if (OnReceipts is not null)
        {
            await OnReceipts([.. latest.Result.ProviderMessageIds.Select(id => new SmsReceipt
            {
                Key = id, State = state, IsPermanent = isPermanent, At = _time.GetUtcNow(), Raw = state.ToString().ToUpperInvariant(),
            })]).ConfigureAwait(false);
        }
    }

    /// <summary>A phone writes to us.</summary>
    /// <param name="from">The phone's number.</param>
    /// <param name="text">What it says.</param>
    /// <param name="to">The number or short code that it was sent to.</param>
    public async Task ReceiveAsync(string from, string text, string? to = null)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(text);
        if (OnInbound is not null)
        {
            await OnInbound(new SmsInboundMessage
            {
                ProviderMessageId = $"in-{Interlocked.Increment(ref _ids)}",
                From = PhoneNumber.TryParse(from, null, out var number, out _) ? number : null,
                FromText = from,
                To = to,
                Text = text,
                IsOptOut = SmsOptOut.IsOptOut(text),
                At = _time.GetUtcNow(),
            }).ConfigureAwait(false);
        }
    }

    /// <summary>Fails unless a message to this number was accepted, with this text if one is given.</summary>
    /// <returns>The latest such message.</returns>
    /// <exception cref="FakeSmsException">It was not; says what was accepted instead.</exception>
    public SmsMessage AssertSent(string number, string? text = null)
    {
        var to = PhoneNumber.Parse(number);
        return Messages.LastOrDefault(m => m.To == to && (text is null || m.Text == text))
            ?? throw new FakeSmsException($"No message to {to}{(text is null ? "" : $" saying '{text}'")} was accepted; accepted were: {Listed()}.");
    }

    /// <summary>Fails when a message to this number was accepted.</summary>
    /// <exception cref="FakeSmsException">One was; says what it said.</exception>
    public void AssertNotSent(string number)
    {
        var to = PhoneNumber.Parse(number);
        if (Messages.FirstOrDefault(m => m.To == to) is { } sent)
        {
            throw new FakeSmsException($"A message to {to} was accepted, saying '{sent.Text}'.");
        }
    }

    private SmsSendResult Answer(SmsMessage message)
    {
        var result = _rules.Find(r => r.Takes(message))?.Answer(message) ?? Accept(message);
        _offered.Add(new FakeSms(message, result));
        return result;
    }

    private SmsSendResult Accept(SmsMessage message)
    {
        var segments = SmsSegments.TryCount(message.Text, message.Encoding, out var count, out _) ? count.Segments : 1;
        return SmsSendResult.Accepted(message, segments, [.. Enumerable.Range(0, segments).Select(_ => $"fake-{Interlocked.Increment(ref _ids)}")]);
    }

    private string Listed()
    {
        var messages = Messages;
        return messages.Count == 0 ? "none" : string.Join("; ", messages.Take(10).Select(static m => $"{m.To} '{m.Text}'")) + (messages.Count > 10 ? $" and {messages.Count - 10} more" : "");
    }
}

/// <summary>A message that a <see cref="FakeSmsGateway"/> was offered, and its answer.</summary>
/// <param name="Message">The message.</param>
/// <param name="Result">The answer.</param>
public sealed record FakeSms(SmsMessage Message, SmsSendResult Result);

/// <summary>An assertion about a <see cref="FakeSmsGateway"/> failed; says what was found instead.</summary>
public sealed class FakeSmsException : Exception
{
    /// <summary>With what was expected and what was found.</summary>
    public FakeSmsException(string message)
        : base(message)
    {
    }
}
