using SuperMail.Dispatch.Ledgers;

namespace SuperMail.Dispatch.Delivery;

/// <summary>Takes recipients of a finished mailing out of the ledger: to send to them again, or to decide who is in doubt.</summary>
internal sealed class MailingResend(EnginePorts ports)
{
    private const int SliceSize = 500;

    /// <summary>Makes the linked mailing, sealed and ready.</summary>
    public async Task<LedgerMailing> ResendAsync(LedgerMailing original, ResendSelection selection, CancellationToken cancellationToken)
    {
        if (!original.IsFinished)
        {
            throw new MailingRefusedException($"Mailing {original.Id} is still under way; a resend needs a finished one.");
        }

        var wanted = selection.Ordinals is { } ordinals ? new HashSet<long>(ordinals) : null;
        var picked = new SortedDictionary<long, StoredRecipient>();
        var missing = 0L;
        await foreach (var slice in ports.Ledger.ReadSlicesAsync(original.Id, cancellationToken).ConfigureAwait(false))
        {
            missing += Pick(slice, wanted, picked);
        }

        if (wanted is not null && picked.Count + missing < wanted.Count)
        {
            throw new MailingRefusedException(
                $"{wanted.Count - picked.Count - missing} of the selected recipients cannot be sent to again: no such ordinal, in doubt (use ResolveInDoubtAsync), blocked or a duplicate.");
        }

        if (missing > 0)
        {
            throw new MailingRefusedException(
                $"The data of {missing} recipients is no longer held: this ledger drops it. A durable ledger keeps it until the mailing is purged.");
        }

        if (picked.Count == 0)
        {
            throw new MailingRefusedException($"Mailing {original.Id} has nobody left to send to again.");
        }

        var definition = Renewed(DefinitionCodec.Decode(original.Created.Definition));
        var created = await ports.Ledger.CreateMailingAsync(
            MailingDoor.Describe(definition, null, original.Created.Priority, null) with { ResendOf = original.Id }, cancellationToken).ConfigureAwait(false);
        await StoreAsync(created.Mailing.Id, picked.Values, cancellationToken).ConfigureAwait(false);
        return await ports.Ledger.SealAsync(created.Mailing.Id, cancellationToken).ConfigureAwait(false);
    }

    private MailingDefinition Renewed(MailingDefinition definition) => definition is EmailDefinition email
        ? email with { Id = MailingId.Create(), Date = ports.Time.GetLocalNow() }
        : definition with { Id = MailingId.Create() };

    /// <summary>Decides who is in doubt, slice by slice.</summary>
    public async Task<int> ResolveAsync(
        MailingId mailing, InDoubtDecision decision, IReadOnlyCollection<long>? ordinals, CancellationToken cancellationToken)
    {
        var wanted = ordinals is null ? null : new HashSet<long>(ordinals);
        var slices = new List<LedgerSlice>();
        await foreach (var slice in ports.Ledger.ReadSlicesAsync(mailing, cancellationToken).ConfigureAwait(false))
        {
            if (HasDoubt(slice))
            {
                slices.Add(slice);
            }
        }

        var decided = 0;
        foreach (var slice in slices)
        {
            decided += await ResolveAsync(mailing, slice, decision, wanted, cancellationToken).ConfigureAwait(false);
        }

        return decided;
    }

    private async Task<int> ResolveAsync(
        MailingId mailing, LedgerSlice slice, InDoubtDecision decision, HashSet<long>? wanted, CancellationToken cancellationToken)
    {
        var code = decision switch
        {
            InDoubtDecision.Resend => new OutcomeCode(OutcomeKind.NotSent, OutcomeReason.ResentInDoubt),
            InDoubtDecision.Fail => new OutcomeCode(OutcomeKind.Failed, OutcomeReason.Assumed),
            _ => new OutcomeCode(OutcomeKind.Sent, OutcomeReason.Assumed),
        };
        var positions = new List<RevisedPosition>();
        var again = new SliceWriter();
        var againOrdinals = new List<long>();
        var attempts = 0;
        var reader = new SliceReader(slice.Data);
        for (var position = 0; position < slice.Codes.Length; position++)
        {
            var held = TryRead(ref reader, slice, out var recipient);
            var ordinal = slice.Ordinals[position];
            if (slice.Codes.Span[position].Kind is not OutcomeKind.InDoubt || wanted?.Contains(ordinal) == false)
            {
                continue;
            }

            if (decision is InDoubtDecision.Resend)
            {
                if (!held)
                {
                    throw new MailingRefusedException(
                        $"The data of recipient {ordinal} is no longer held: this ledger drops it. A durable ledger keeps it until the mailing is purged.");
                }

                again.Add(recipient);
                againOrdinals.Add(ordinal);
                attempts = recipient.Attempts;
            }

            positions.Add(new RevisedPosition(slice.SliceNo, position, OutcomeKind.InDoubt, code));
        }

        if (positions.Count == 0)
        {
            return 0;
        }

        IReadOnlyList<NewChildSlice> children = againOrdinals.Count == 0 ? [] :
        [
            new NewChildSlice
            {
                ParentSliceNo = slice.SliceNo, Ordinals = againOrdinals.ToArray(), Attempt = attempts, DueIn = TimeSpan.Zero, Data = again.Finish(),
            },
        ];
        return await ports.Ledger.ReviseAsync(mailing, positions, children, cancellationToken).ConfigureAwait(false) ? positions.Count : 0;
    }

    private static bool TryRead(ref SliceReader reader, LedgerSlice slice, out StoredRecipient recipient)
    {
        if (slice.Data.IsEmpty)
        {
            recipient = default;
            return false;
        }

        return reader.TryRead(out recipient);
    }

    private static bool HasDoubt(LedgerSlice slice)
    {
        foreach (var code in slice.Codes.Span)
        {
            if (code.Kind is OutcomeKind.InDoubt)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Picks the wanted recipients of a slice; returns how many of them are no longer held.</summary>
    private static long Pick(LedgerSlice slice, HashSet<long>? wanted, SortedDictionary<long, StoredRecipient> picked)
    {
        var missing = 0L;
        var reader = new SliceReader(slice.Data);
        for (var position = 0; position < slice.Codes.Length; position++)
        {
            var held = TryRead(ref reader, slice, out var recipient);
            var kind = slice.Codes.Span[position].Kind;
            var ordinal = slice.Ordinals[position];
            var isWanted = wanted is null
                ? kind is OutcomeKind.Failed or OutcomeKind.Cancelled
                : kind is OutcomeKind.Failed or OutcomeKind.Cancelled or OutcomeKind.Sent && wanted.Contains(ordinal);
            if (!isWanted)
            {
                continue;
            }

            if (held)
            {
                picked[ordinal] = recipient with { Attempts = 0, FirstReply = 0, SenderRefusals = 0 };
            }
            else
            {
                missing++;
            }
        }

        return missing;
    }

    private async Task StoreAsync(MailingId mailing, IEnumerable<StoredRecipient> recipients, CancellationToken cancellationToken)
    {
        var writer = new SliceWriter();
        using var hash = new RunningHash();
        var stored = 0L;
        foreach (var chunk in recipients.Chunk(SliceSize))
        {
            foreach (var recipient in chunk)
            {
                hash.Add(recipient);
                writer.Add(recipient);
            }

            await ports.Ledger.AppendSlicesAsync(
                mailing, stored, [new NewSlice(chunk.Length, writer.Finish())], hash.Current(), cancellationToken).ConfigureAwait(false);
            stored += chunk.Length;
        }
    }
}
