using SuperMail.Dispatch.Ledgers;

namespace SuperMail.Dispatch.Delivery;

/// <summary>
/// Reads a mailing's recipients into slices: up to 500, closed after 200 ms when the source is slow. Each recipient is
/// judged here by its kind's rule as far as it can be: a bad address or a duplicate costs nobody else anything.
/// </summary>
internal sealed class RecipientIntake(IMailingLedger ledger, IRecipientRule rule, DuplicateDetection duplicates, TimeProvider time) : IDisposable
{
    private const int SliceSize = 500;

    // A slice may be held whole by several rooms at once; many large raw messages make it smaller.
    private const int SliceBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan SlowSource = TimeSpan.FromMilliseconds(200);

    private readonly SeenAddresses? _seen = duplicates is DuplicateDetection.On ? new SeenAddresses() : null;
    private readonly RunningHash _hash = new();
    private readonly SliceWriter _slice = new();
    private readonly List<OutcomeKind> _judged = [];

    // One for all recipients: each is written to its slice before the next is read.
    private readonly string?[] _values = new string?[rule.FieldNames.Count];
    private long _stored;
    private long _sliceStarted;

    /// <summary>Told after each stored slice how many it held.</summary>
    public Action<int>? Stored { get; init; }

    /// <summary>Told of each of them that was judged here and is stored with its outcome.</summary>
    public Action<OutcomeKind>? Judged { get; init; }

    /// <summary>Reads to the end. With a mailing that was partly read before, skips what was accepted and verifies that it is the same.</summary>
    /// <exception cref="MailingConflictException">The recipients differ from those accepted before.</exception>
    public async Task ReadAsync(
        IAsyncEnumerator<Recipient> source, bool hasCurrent, LedgerMailing mailing, CancellationToken cancellationToken)
    {
        var accepted = mailing.Counts.Accepted;
        while (hasCurrent)
        {
            var recipient = Judge(source.Current, _values);
            _hash.Add(recipient);
            if (_stored < accepted)
            {
                Skip(mailing, accepted);
            }
            else
            {
                if (_slice.Count == 0)
                {
                    _sliceStarted = time.GetTimestamp();
                }

                _slice.Add(recipient);
                if (recipient.PreJudged.Kind is not OutcomeKind.None)
                {
                    _judged.Add(recipient.PreJudged.Kind);
                }

                if (_slice.Count == SliceSize || _slice.Length >= SliceBytes || time.GetElapsedTime(_sliceStarted) >= SlowSource)
                {
                    await StoreAsync(mailing.Id, cancellationToken).ConfigureAwait(false);
                }
            }

            hasCurrent = await NextAsync(source, mailing.Id, cancellationToken).ConfigureAwait(false);
        }

        if (_stored < accepted)
        {
            throw Conflict(mailing, $"it brings {_stored} recipients, {accepted} were accepted before");
        }

        await StoreAsync(mailing.Id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stores what was read so far.</summary>
    public async ValueTask StoreAsync(MailingId mailing, CancellationToken cancellationToken)
    {
        var count = _slice.Count;
        if (count == 0)
        {
            return;
        }

        await ledger.AppendSlicesAsync(mailing, _stored, [new NewSlice(count, _slice.Finish())], _hash.Current(), cancellationToken).ConfigureAwait(false);
        _stored += count;
        Stored?.Invoke(count);
        if (Judged is not null)
        {
            _judged.ForEach(Judged);
        }

        _judged.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private async ValueTask<bool> NextAsync(IAsyncEnumerator<Recipient> source, MailingId mailing, CancellationToken cancellationToken)
    {
        var next = source.MoveNextAsync();
        if (next.IsCompleted || _slice.Count == 0)
        {
            return await next.ConfigureAwait(false);
        }

        // The source is slow: what is read leaves meanwhile.
        var moving = next.AsTask();
        var left = SlowSource - time.GetElapsedTime(_sliceStarted);
        if (left > TimeSpan.Zero)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(moving, Task.Delay(left, time, ended.Token)).ConfigureAwait(false);
            await ended.CancelAsync().ConfigureAwait(false);
        }

        if (!moving.IsCompleted)
        {
            await StoreAsync(mailing, cancellationToken).ConfigureAwait(false);
        }

        return await moving.ConfigureAwait(false);
    }

    private void Skip(LedgerMailing mailing, long accepted)
    {
        if (++_stored == accepted && !_hash.Current().Span.SequenceEqual(mailing.RunningHash.Span))
        {
            throw Conflict(mailing, "its recipients are not those that were accepted before, in the same order");
        }
    }

    private static MailingConflictException Conflict(LedgerMailing mailing, string difference) =>
        new(mailing.Id, $"The external key is held by mailing {mailing.Id}, and this call differs from it: {difference}.");

    /// <summary>A recipient as it is stored, judged as far as it can be before any wire.</summary>
    public StoredRecipient Judge(Recipient? recipient) => Judge(recipient, new string?[rule.FieldNames.Count]);

    private StoredRecipient Judge(Recipient? recipient, string?[] values) => rule.Judge(
        new StoredRecipient
        {
            Address = recipient?.Address,
            DisplayName = recipient?.DisplayName,
            Values = recipient is null ? [] : Fill(values, recipient.Fields),
            Raw = recipient?.RawMessage ?? default,
        },
        _seen);

    private string?[] Fill(string?[] values, IReadOnlyDictionary<string, string?> fields)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Find(fields, rule.FieldNames[i]);
        }

        return values;
    }

    private static string? Find(IReadOnlyDictionary<string, string?> fields, string name)
    {
        if (fields.TryGetValue(name, out var value))
        {
            return value;
        }

        foreach (var field in fields)
        {
            if (string.Equals(field.Key, name, StringComparison.OrdinalIgnoreCase))
            {
                return field.Value;
            }
        }

        return null;
    }
}
