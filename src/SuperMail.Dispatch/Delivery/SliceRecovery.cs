using SuperMail.Dispatch.Ledgers;
using SuperMail.Dispatch.Partitioning;

namespace SuperMail.Dispatch.Delivery;

/// <summary>
/// What an ended process left begun and unrecorded: what the ledger's wire record knows of it, else in doubt and decided
/// by the mailing's policy.
/// </summary>
internal static class SliceRecovery
{
    /// <summary>The outcomes of the positions that have none: those that were recorded must not be said again beside them.</summary>
    public static IReadOnlyList<OutcomeRange> Decide(SliceCursor cursor, InDoubtPolicy policy)
    {
        var slice = cursor.Slice;
        var ranges = new List<OutcomeRange>();
        var failures = new List<FailureDetail>();
        var first = slice.SettledThrough;
        var reader = new SliceReader(slice.Data);
        reader.Skip(slice.SettledThrough);
        for (var position = slice.SettledThrough; position < slice.BegunThrough; position++)
        {
            reader.TryRead(out var recipient);
            if (cursor.Codes[position].Kind is not OutcomeKind.None)
            {
                Close(position);
                first = position + 1;
                continue;
            }

            if (recipient.PreJudged.Kind is not OutcomeKind.None)
            {
                cursor.Codes[position] = recipient.PreJudged;
                continue;
            }

            if (Witness(slice, position) is { } witnessed)
            {
                cursor.Codes[position] = witnessed;
                continue;
            }

            var code = VerdictJudge.CodeOfDoubt(policy);
            cursor.Codes[position] = code.Kind is OutcomeKind.InDoubt ? code with { Reason = OutcomeReason.ProcessEnded } : code;
            failures.Add(new FailureDetail(
                slice.Ordinals[position], recipient.Attempts + 1, 0, default, "The process ended between begin and outcome."));
        }

        Close(slice.BegunThrough);
        return ranges;

        void Close(int end)
        {
            if (end > first)
            {
                ranges.Add(new OutcomeRange
                {
                    Slice = slice.Ref, First = first, Codes = cursor.Codes.AsMemory(first, end - first), Failures = [.. failures],
                });
                failures.Clear();
            }
        }
    }

    // Of a refusal only the fact was kept, not the reply. The relay has not taken the message, so it may be asked again,
    // and says again why: better than an account that cannot tell, or a list failed for what would have paused it.
    private static OutcomeCode? Witness(ClaimedSlice slice, int position) => slice.Witnessed.IsEmpty
        ? null
        : slice.Witnessed.Span[position - slice.SettledThrough] switch
        {
            WireState.Taken => new OutcomeCode(OutcomeKind.Sent),
            WireState.NotLeft or WireState.Refused => new OutcomeCode(OutcomeKind.NotSent, OutcomeReason.ProcessEnded),
            _ => null,
        };
}
