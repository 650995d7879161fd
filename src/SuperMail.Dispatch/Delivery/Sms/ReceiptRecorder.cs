using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Delivery;

/// <summary>
/// Delivery receipts into events. A provider may call back before our own record of the message is durable: such a
/// receipt waits on a shelf until its key is known.
/// </summary>
internal sealed class ReceiptRecorder(IMailingLedger ledger, TimeProvider time, ILogger log) : IDisposable
{
    private const int MostKept = 10_000;
    private const int LongestDetail = 512;

    // One at a time: of two receipts of one recipient the second must see what the first recorded.
    private readonly SemaphoreSlim _turn = new(1, 1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<SmsReceipt>> _kept = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    private enum Fate
    {
        Recorded,
        Kept,
        Ignored,
    }

    public async Task<SmsReceiptAccount> RecordAsync(IReadOnlyList<SmsReceipt> receipts, CancellationToken cancellationToken)
    {
        var fates = new int[3];
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var receipt in receipts)
            {
                fates[(int)await RecordAsync(receipt, mayKeep: true, cancellationToken).ConfigureAwait(false)]++;
            }
        }
        finally
        {
            _turn.Release();
        }

        var account = new SmsReceiptAccount(fates[(int)Fate.Recorded], fates[(int)Fate.Kept], fates[(int)Fate.Ignored]);
        log.ReceiptsTaken(account.Recorded, account.Kept, account.Ignored);
        Count("recorded", account.Recorded);
        Count("kept", account.Kept);
        Count("ignored", account.Ignored);
        return account;
    }

    /// <summary>The ledger knows these keys from now on: what was kept for them is recorded.</summary>
    public async ValueTask KnowAsync(IEnumerable<string> keys)
    {
        List<SmsReceipt>? known = null;
        lock (_lock)
        {
            if (_kept.Count == 0)
            {
                return;
            }

            foreach (var key in keys)
            {
                if (_kept.Remove(key, out var receipts))
                {
                    (known ??= []).AddRange(receipts);
                }
            }
        }

        if (known is not null)
        {
            await RecordAsync(known, CancellationToken.None).ConfigureAwait(false);
        }
    }

    public void Dispose() => _turn.Dispose();

    private async ValueTask<Fate> RecordAsync(SmsReceipt receipt, bool mayKeep, CancellationToken cancellationToken)
    {
        if (KindOf(receipt) is not { } kind || string.IsNullOrEmpty(receipt.Key))
        {
            return Fate.Ignored; // on its way: says nothing that the outcome does not
        }

        if (await ledger.FindByProviderKeyAsync(receipt.Key, cancellationToken).ConfigureAwait(false) is not { } recipient)
        {
            if (!mayKeep)
            {
                return Fate.Kept;
            }

            // Looked for once more with the receipt on the shelf: its key may have been recorded between look and shelf.
            Keep(receipt);
            var fate = await RecordAsync(receipt, mayKeep: false, cancellationToken).ConfigureAwait(false);
            return fate is Fate.Kept || TryTake(receipt) ? fate : Fate.Kept;
        }

        if (await ledger.FindRecipientAsync(recipient.Mailing, recipient.Ordinal, cancellationToken).ConfigureAwait(false) is not { } found
            || found.Events.Any(e => e.Kind is RecipientEventKind.Delivered or RecipientEventKind.Bounced || e.Kind == kind))
        {
            return Fate.Ignored;
        }

        await ledger.RecordEventsAsync([new RecipientEvent(recipient, kind, receipt.At ?? time.GetUtcNow(), DetailOf(receipt))], cancellationToken).ConfigureAwait(false);
        return Fate.Recorded;
    }

    private static RecipientEventKind? KindOf(SmsReceipt receipt) => receipt switch
    {
        { State: SmsReceiptState.Delivered } => RecipientEventKind.Delivered,
        { State: SmsReceiptState.Expired } or { State: SmsReceiptState.Undelivered, IsPermanent: false } => RecipientEventKind.SoftBounced,
        { State: SmsReceiptState.Undelivered or SmsReceiptState.Rejected } => RecipientEventKind.Bounced,
        _ => null,
    };

    private static string DetailOf(SmsReceipt receipt)
    {
        var words = NumberMask.Mask(receipt.ProviderCode is { Length: > 0 } code ? $"{receipt.Raw} {code}" : receipt.Raw ?? "");
        return words.Length <= LongestDetail ? words : words[..LongestDetail];
    }

    private static void Count(string fate, int receipts)
    {
        if (receipts > 0)
        {
            DispatchMeter.SmsReceipts.Add(receipts, new KeyValuePair<string, object?>("fate", fate));
        }
    }

    private void Keep(SmsReceipt receipt)
    {
        lock (_lock)
        {
            if (!_kept.TryGetValue(receipt.Key, out var same))
            {
                _kept.Add(receipt.Key, same = new(1));
                _order.Enqueue(receipt.Key);
                while (_order.Count > MostKept)
                {
                    _kept.Remove(_order.Dequeue());
                }
            }

            if (!same.Contains(receipt))
            {
                same.Add(receipt);
            }
        }
    }

    /// <summary>False when the lane took it meanwhile: whoever takes it off the shelf counts it.</summary>
    private bool TryTake(SmsReceipt receipt)
    {
        lock (_lock)
        {
            return _kept.TryGetValue(receipt.Key, out var same) && same.Remove(receipt);
        }
    }
}
