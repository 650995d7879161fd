namespace SuperMail.Dispatch.Ledgers;

/// <summary>Who owns which slice: claim and recover. Under the ledger's lock.</summary>
internal sealed class SliceClaims(MemoryStore store)
{
    public List<ReadyMailing> ListReady(string lane, int max, DateTimeOffset now)
    {
        var found = new List<ReadyMailing>();
        foreach (var mailing in store.Lane(lane).Open)
        {
            if (found.Count >= max)
            {
                break;
            }

            mailing.Look(now);
            if (mailing.IsClaimable(now))
            {
                found.Add(new ReadyMailing(mailing.Created.Id, mailing.Created.Priority, mailing.Queue.Recipients));
            }
        }

        return found;
    }

    public List<ClaimedSlice> Claim(InMemorySession session, MailingId id, int max, DateTimeOffset now)
    {
        var found = new List<ClaimedSlice>(1);
        if (!store.Shelf.TryFind(id, out var mailing))
        {
            return found;
        }

        mailing.Look(now);
        while (found.Count < max && mailing.IsClaimable(now) && mailing.Queue.TryTake(out var slice))
        {
            found.Add(Give(slice!, session));
        }

        return found;
    }

    public List<ClaimedSlice> Recover(InMemorySession session, string lane, int max, DateTimeOffset now)
    {
        var found = new List<ClaimedSlice>();
        var work = store.Lane(lane);
        for (var i = store.Sessions.Count - 1; i >= 0 && found.Count < max; i--)
        {
            var other = store.Sessions[i];
            if (other == session || !other.IsOver(now))
            {
                continue;
            }

            foreach (var slice in other.Owned.Where(slice => slice.Mailing.Lane == work).Take(max - found.Count).ToList())
            {
                other.Owned.Remove(slice);
                found.Add(Give(slice, session));
            }

            other.ForgetIfGone();
        }

        return found;
    }

    /// <summary>The generation rises with each owner: what the one before still says is known to be late.</summary>
    private static ClaimedSlice Give(MemorySlice slice, InMemorySession session)
    {
        slice.State = SliceState.Claimed;
        slice.Owner = session;
        slice.Generation++;
        session.Owned.Add(slice);
        return new ClaimedSlice
        {
            Ref = new SliceRef(slice.Mailing.Created.Id, slice.Number, slice.Generation),
            Count = slice.Count,
            Ordinals = slice.Ordinals,
            SettledThrough = slice.SettledThrough,
            BegunThrough = slice.BegunThrough,
            Recorded = slice.BegunThrough == slice.SettledThrough
                ? default
                : slice.CopyCodes(slice.SettledThrough, slice.BegunThrough - slice.SettledThrough),
            Data = slice.Data,
        };
    }
}
