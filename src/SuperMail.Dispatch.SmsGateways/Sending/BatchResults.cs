namespace SuperMail.Dispatch.SmsGateways.Sending;

/// <summary>The results of the messages of one request, filled in any order; the first word on a message counts.</summary>
internal sealed class BatchResults
{
    private readonly SmsSendResult?[] _results;
    private readonly ProviderWords _words;
    private readonly TimeSpan? _retryAfter;

    /// <param name="messages">What was offered.</param>
    /// <param name="words">Cleans what the provider says.</param>
    /// <param name="retryAfter">What the answer's header says; goes with results that may be tried again.</param>
    public BatchResults(IReadOnlyList<OutgoingSms> messages, ProviderWords words, TimeSpan? retryAfter = null)
    {
        (Messages, _words, _retryAfter) = (messages, words, retryAfter);
        _results = new SmsSendResult?[messages.Count];
    }

    public IReadOnlyList<OutgoingSms> Messages { get; }

    /// <summary>The position of a message without a result, by our id; -1 for none.</summary>
    public int ById(string? id) => id is null ? -1 : Find(m => m.Id.Equals(id, StringComparison.OrdinalIgnoreCase));

    /// <summary>The position of a message without a result, by its number in any form that starts with a country code; -1 for none.</summary>
    public int ByNumber(string? number)
    {
        var digits = number.AsSpan().Trim();
        digits = digits.StartsWith("00", StringComparison.Ordinal) ? digits[2..] : digits.StartsWith('+') ? digits[1..] : digits;
        for (var i = 0; i < _results.Length; i++)
        {
            if (_results[i] is null && digits.SequenceEqual(Messages[i].Digits))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Taken. A position that is none is left out: the provider speaks of a message that we did not offer.</summary>
    public void Accept(int at, IReadOnlyList<string> providerIds, int? segments = null, decimal? cost = null)
    {
        if (IsOpen(at))
        {
            _results[at] = SmsSendResult.Accepted(Messages[at].Message, segments is > 0 ? segments.Value : Messages[at].Segments, providerIds) with { Cost = cost };
        }
    }

    public void Refuse(int at, ProviderFault fault)
    {
        if (IsOpen(at))
        {
            _results[at] = Result(Messages[at].Message, fault);
        }
    }

    /// <summary>The same for all that have no result yet.</summary>
    public void RefuseRest(ProviderFault fault)
    {
        for (var i = 0; i < _results.Length; i++)
        {
            Refuse(i, fault);
        }
    }

    public bool HasOpen => _results.Contains(null);

    public SmsSendResult this[int at] => _results[at] ?? throw new InvalidOperationException($"Message {at} has no result.");

    private SmsSendResult Result(SmsMessage message, ProviderFault fault) => new()
    {
        MessageId = message.Id,
        Outcome = fault.Outcome,
        ErrorClass = fault.Class,
        ProviderCode = _words.Code(fault.Code),
        ProviderText = _words.Text(fault.Text),
        RetryAfter = fault.Outcome == SmsOutcome.Retry ? _retryAfter : null,
    };

    private bool IsOpen(int at) => (uint)at < (uint)_results.Length && _results[at] is null;

    private int Find(Predicate<OutgoingSms> isIt)
    {
        for (var i = 0; i < _results.Length; i++)
        {
            if (_results[i] is null && isIt(Messages[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
