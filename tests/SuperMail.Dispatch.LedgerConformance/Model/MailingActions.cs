using System.Text;
using Xunit;

namespace SuperMail.Dispatch.LedgerConformance.Model;

/// <summary>What callers of a dispatcher do, at random, on the ledger and on the model.</summary>
internal sealed class MailingActions(ModelWorld world)
{
    public async Task CreateAsync()
    {
        var plan = new NewMailing
        {
            Id = MailingId.Create(),
            Name = "Model",
            Lane = ModelWorld.Lane,
            Definition = Encoding.UTF8.GetBytes("d"),
            DefinitionHash = Encoding.UTF8.GetBytes("h"),
            SendBeforeSeal = world.Random.Next(2) == 0,
            NotBefore = world.Random.Next(6) == 0 ? world.Now.AddSeconds(world.Random.Next(20)) : null,
        };
        world.Mailings.Add(new ModelMailing(plan));
        await world.Ledger.CreateMailingAsync(plan, world.Cancel);
    }

    public async Task AppendAsync(ModelMailing mailing)
    {
        var sizes = Enumerable.Range(0, world.Random.Next(1, 4)).Select(_ => world.Random.Next(1, 8)).ToArray();
        world.Trace.Add($"append {string.Join('+', sizes)} to {mailing.Id}");
        var append = () => world.Ledger.AppendSlicesAsync(
            mailing.Id, mailing.Accepted, [.. sizes.Select(size => new NewSlice(size, new byte[size]))], new byte[32], world.Cancel).AsTask();
        if (mailing.Sealed || mailing.Desired == DesiredState.Cancel)
        {
            await Assert.ThrowsAsync<LedgerConflictException>(append);
            return;
        }

        await append();
        Array.ForEach(sizes, mailing.Append);
    }

    public async Task SealAsync(ModelMailing mailing)
    {
        world.Trace.Add($"seal {mailing.Id}");
        mailing.Sealed |= mailing.Desired != DesiredState.Cancel;
        Assert.Equal(mailing.IsFinished, (await world.Ledger.SealAsync(mailing.Id, world.Cancel)).IsFinished);
    }

    public async Task WantAsync(ModelMailing mailing, DesiredState desired)
    {
        world.Trace.Add($"{desired} {mailing.Id}");
        mailing.Want(desired);
        var found = await world.Ledger.SetDesiredStateAsync(mailing.Id, desired, null, null, world.Cancel);
        Assert.Equal((mailing.Desired, mailing.Counts()), (found.Desired, found.Counts));
    }

    public async Task ResolveAsync(ModelMailing mailing)
    {
        var doubts = mailing.Slices.SelectMany(slice => Enumerable.Range(0, slice.Count).Select(at => (slice, at)))
            .Where(one => one.slice.Codes[one.at].Kind == OutcomeKind.InDoubt)
            .Where(_ => world.Random.Next(2) == 0)
            .ToList();
        if (doubts.Count == 0)
        {
            return;
        }

        OutcomeCode[] choices = [new(OutcomeKind.Sent, OutcomeReason.Assumed), new(OutcomeKind.Failed), new(OutcomeKind.NotSent)];
        var resolved = doubts.Select(one => new RevisedPosition(one.slice.No, one.at, OutcomeKind.InDoubt, choices[world.Random.Next(3)])).ToList();
        var children = resolved.Where(one => one.Code.Kind == OutcomeKind.NotSent).GroupBy(one => one.SliceNo).Select(group => new NewChildSlice
        {
            ParentSliceNo = group.Key,
            Ordinals = group.Select(one => mailing.Slices[group.Key].Ordinals[one.Position]).ToArray(),
            Attempt = 0,
            DueIn = TimeSpan.Zero,
            Data = new byte[1],
        }).ToList();
        var expected = doubts.TrueForAll(one => one.at < one.slice.Settled);
        world.Trace.Add($"resolve {resolved.Count} of {mailing.Id}: {expected}");
        Assert.Equal(expected, await world.Ledger.ReviseAsync(mailing.Id, resolved, children, world.Cancel));
        if (expected)
        {
            resolved.ForEach(one => mailing.Slices[one.SliceNo].Codes[one.Position] = one.Code);
            children.ForEach(child => mailing.AddChild(child, world.Now));
        }
    }
}
