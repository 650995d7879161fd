using SuperMail.Dispatch.Ledgers;

namespace SuperMail.Dispatch.Delivery;

/// <summary>Takes back recorded failures that turned out to be about the mailing: those recipients are ready again, uncharged.</summary>
internal static class RefusalRevision
{
    public static async Task ReviseAsync(IMailingLedger ledger, MailingId mailing, IReadOnlyList<MailingRun.Refusal> refusals)
    {
        await Task.WhenAll(refusals.Select(static r => r.Entry.Cursor.Completed)).ConfigureAwait(false);
        var notSent = new OutcomeCode(OutcomeKind.NotSent, OutcomeReason.Stopped);
        foreach (var group in refusals.GroupBy(static r => (r.Entry.Cursor.Slice.Ref.SliceNo, r.Entry.Recipient.Attempts)))
        {
            var writer = new SliceWriter();
            var members = group.OrderBy(static r => r.Entry.Position).ToArray();
            foreach (var member in members)
            {
                writer.Add(member.Entry.Recipient);
            }

            await ledger.ReviseAsync(
                mailing,
                [.. members.Select(m => new RevisedPosition(group.Key.SliceNo, m.Entry.Position, OutcomeKind.Failed, notSent))],
                [
                    new NewChildSlice
                    {
                        ParentSliceNo = group.Key.SliceNo,
                        Ordinals = members.Select(static m => m.Entry.Ordinal).ToArray(),
                        Attempt = group.Key.Attempts,
                        DueIn = TimeSpan.Zero,
                        Data = writer.Finish(),
                    },
                ],
                CancellationToken.None).ConfigureAwait(false);
        }
    }
}
