using System.Diagnostics.CodeAnalysis;

namespace SuperMail.Dispatch.Ledgers;

/// <summary>The mailings that are remembered: by id, by external key, in order, and which of them may go. Under the ledger's lock.</summary>
internal sealed class MailingShelf(TimeSpan keepFinished)
{
    private readonly Dictionary<MailingId, MemoryMailing> _byId = [];
    private readonly Dictionary<string, MemoryMailing> _byKey = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, MemoryMailing> _inOrder = [];
    private readonly Dictionary<string, RecipientKey> _providerKeys = new(StringComparer.Ordinal);

    // In order of finishing; a mailing that was opened again stands here twice, with the time that no longer holds.
    private readonly Queue<(MemoryMailing Mailing, DateTimeOffset FinishedAt)> _finished = new();
    private long _nextOrder;

    public IEnumerable<MemoryMailing> InOrder => _inOrder.Values;

    /// <summary>When the next finished mailing may go.</summary>
    public DateTimeOffset? NextDrop => _finished.TryPeek(out var first) ? first.FinishedAt + keepFinished : null;

    public long TakeOrder() => _nextOrder++;

    public void Add(MemoryMailing mailing)
    {
        if (!_byId.TryAdd(mailing.Created.Id, mailing))
        {
            throw new LedgerConflictException($"A mailing with id {mailing.Created.Id} exists already.");
        }

        _inOrder.Add(mailing.Order, mailing);
        if (mailing.Created.ExternalKey is { } key)
        {
            _byKey.Add(key, mailing);
        }
    }

    public bool TryFind(MailingId id, [NotNullWhen(true)] out MemoryMailing? mailing) => _byId.TryGetValue(id, out mailing);

    public MemoryMailing? FindByKey(string key) => _byKey.GetValueOrDefault(key);

    public MemoryMailing Require(MailingId id) => TryFind(id, out var mailing)
        ? mailing
        : throw new LedgerConflictException($"There is no mailing {id}: it never was in this ledger, or was deleted from it.");

    public RecipientKey? FindByProviderKey(string key) => _providerKeys.TryGetValue(key, out var found) ? found : null;

    public void AddProviderKey(MemoryMailing mailing, ProviderKey key)
    {
        _providerKeys[key.Key] = new RecipientKey(mailing.Created.Id, key.Ordinal);
        mailing.Notes.Add(key.Key);
    }

    public void Finished(MemoryMailing mailing) => _finished.Enqueue((mailing, mailing.FinishedAt!.Value));

    /// <summary>Drops what finished longer ago than finished mailings are kept.</summary>
    public void DropExpired(DateTimeOffset now)
    {
        while (_finished.TryPeek(out var first) && first.FinishedAt + keepFinished <= now)
        {
            _finished.Dequeue();
            if (first.Mailing.FinishedAt == first.FinishedAt)
            {
                Drop(first.Mailing);
            }
        }
    }

    /// <summary>Drops what finished at or before a moment.</summary>
    public int DropFinished(DateTimeOffset through)
    {
        var gone = _inOrder.Values.Where(mailing => mailing.FinishedAt <= through).ToList();
        gone.ForEach(Drop);
        if (gone.Count > 0)
        {
            LetGo();
        }

        return gone.Count;
    }

    /// <summary>What waits for its time and is dropped already would hold all its outcomes until then.</summary>
    private void LetGo()
    {
        var kept = _finished.Where(entry => _byId.ContainsKey(entry.Mailing.Created.Id)).ToList();
        _finished.Clear();
        kept.ForEach(_finished.Enqueue);
    }

    private void Drop(MemoryMailing mailing)
    {
        // May have been purged before its time came.
        if (!_byId.Remove(mailing.Created.Id))
        {
            return;
        }

        _inOrder.Remove(mailing.Order);
        if (mailing.Created.ExternalKey is { } key)
        {
            _byKey.Remove(key);
        }

        foreach (var providerKey in mailing.Notes.ProviderKeys)
        {
            if (_providerKeys.TryGetValue(providerKey, out var owner) && owner.Mailing == mailing.Created.Id)
            {
                _providerKeys.Remove(providerKey);
            }
        }
    }
}
