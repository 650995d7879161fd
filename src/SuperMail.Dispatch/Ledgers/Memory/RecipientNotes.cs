namespace SuperMail.Dispatch.Ledgers;

/// <summary>What is known of single recipients of a mailing beside their codes: few, so by ordinal.</summary>
internal sealed class RecipientNotes
{
    private readonly Dictionary<long, FailureDetail> _failures = [];
    private readonly Dictionary<long, List<RecipientEvent>> _events = [];
    private readonly List<string> _providerKeys = [];

    /// <summary>The keys under which this mailing's recipients are known, to be forgotten with it.</summary>
    public IReadOnlyList<string> ProviderKeys => _providerKeys;

    public void Add(IReadOnlyList<FailureDetail> failures)
    {
        for (var i = 0; i < failures.Count; i++)
        {
            _failures[failures[i].Ordinal] = failures[i];
        }
    }

    public void Add(string providerKey) => _providerKeys.Add(providerKey);

    public void Add(RecipientEvent happened)
    {
        if (!_events.TryGetValue(happened.Recipient.Ordinal, out var known))
        {
            _events.Add(happened.Recipient.Ordinal, known = new(1));
        }

        if (known.Exists(one => one.Kind == happened.Kind && one.At == happened.At))
        {
            return;
        }

        // Sources deliver out of order; readers want the order in which things happened.
        var before = known.FindLastIndex(one => one.At <= happened.At);
        known.Insert(before + 1, happened);
    }

    public FailureDetail? LatestFailure(long ordinal) => _failures.GetValueOrDefault(ordinal);

    public IReadOnlyList<RecipientEvent> Events(long ordinal) =>
        _events.TryGetValue(ordinal, out var known) ? known.ToArray() : [];
}
