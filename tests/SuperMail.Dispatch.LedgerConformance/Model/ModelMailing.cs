namespace SuperMail.Dispatch.LedgerConformance.Model;

/// <summary>A mailing of the reference model.</summary>
internal sealed class ModelMailing(NewMailing plan)
{
    public NewMailing Plan { get; } = plan;

    public MailingId Id => Plan.Id;

    public List<ModelSlice> Slices { get; } = [];

    public DesiredState Desired { get; private set; }

    public bool Sealed { get; set; }

    public long Accepted { get; private set; }

    public bool IsFinished => (Sealed || Desired == DesiredState.Cancel) && Slices.TrueForAll(slice => slice.Done);

    public void Append(int count)
    {
        Slices.Add(new ModelSlice
        {
            Mailing = this,
            No = Slices.Count,
            Ordinals = [.. Enumerable.Range(0, count).Select(i => Accepted + i)],
            Codes = new OutcomeCode[count],
        });
        Accepted += count;
    }

    public void AddChild(NewChildSlice child, DateTimeOffset now)
    {
        var slice = new ModelSlice
        {
            Mailing = this,
            No = Slices.Count,
            Parent = child.ParentSliceNo,
            Ordinals = child.Ordinals.ToArray(),
            Attempt = child.Attempt,
            Due = now + child.DueIn,
            Codes = new OutcomeCode[child.Ordinals.Length],
        };
        Slices.Add(slice);
        slice.GiveBack();
    }

    public void Want(DesiredState desired)
    {
        if (IsFinished || Desired == DesiredState.Cancel)
        {
            return;
        }

        Desired = desired;
        if (desired == DesiredState.Cancel)
        {
            Slices.FindAll(slice => slice.IsOpen).ForEach(slice => slice.Cancel());
        }
    }

    /// <summary>What a claim gives, in order.</summary>
    public List<ModelSlice> Claimable(DateTimeOffset now)
    {
        if (Desired != DesiredState.Run || !(Sealed || Plan.SendBeforeSeal) || Plan.NotBefore > now)
        {
            return [];
        }

        var open = Slices.FindAll(slice => slice.IsOpen && slice.Due <= now);
        return
        [
            .. open.Where(slice => slice.Parent is not null).OrderBy(slice => slice.Due).ThenBy(slice => slice.No),
            .. open.Where(slice => slice.Parent is null),
        ];
    }

    public DateTimeOffset? NextDue(DateTimeOffset now) =>
        Slices.Where(slice => slice.IsOpen && slice.Due > now).Min(slice => (DateTimeOffset?)slice.Due);

    public MailingCounts Counts()
    {
        long Of(OutcomeKind kind) => Slices.Sum(slice => slice.Codes.Count(code => code.Kind == kind));
        return new MailingCounts
        {
            Accepted = Accepted,
            Sent = Of(OutcomeKind.Sent),
            Failed = Of(OutcomeKind.Failed),
            InDoubt = Of(OutcomeKind.InDoubt),
            Duplicate = Of(OutcomeKind.Duplicate),
            Blocked = Of(OutcomeKind.Blocked),
            Cancelled = Of(OutcomeKind.Cancelled),
            Retry = Slices.Where(slice => !slice.Done && slice.Attempt > 0).Sum(slice => slice.Count - slice.Begun),
        };
    }

    /// <summary>The code of the latest slice that holds the recipient and has one.</summary>
    public OutcomeCode CodeOf(long ordinal) => Slices
        .Select(slice => (slice, at: Array.IndexOf(slice.Ordinals, ordinal)))
        .Where(one => one.at >= 0 && one.slice.Codes[one.at] != default)
        .Select(one => one.slice.Codes[one.at])
        .LastOrDefault();
}
