using SuperMail.Dispatch.LedgerConformance.Model;
using Xunit;

namespace SuperMail.Dispatch.LedgerConformance;

/// <summary>
/// Random operations of several sessions - pauses, cancels, expired leases, late owners - against a reference model
/// that has one list and no cleverness. After each step the ledger and the model must agree.
/// </summary>
public abstract class ModelConformance<TLedger> : LedgerTest<TLedger>
    where TLedger : LedgerUnderTest, new()
{
    private const int Steps = 400;

    [Theory]
    [MemberData(nameof(ModelSeeds.All), MemberType = typeof(ModelSeeds))]
    public async Task Ledger_and_model_agree_after_every_step(int seed)
    {
        var world = new ModelWorld(Under, new Random(seed), Cancel);
        try
        {
            for (var i = 0; i < 3; i++)
            {
                await world.OpenSessionAsync();
                await new MailingActions(world).CreateAsync();
            }

            for (var step = 0; step < Steps; step++)
            {
                await StepAsync(world, new MailingActions(world), new SessionActions(world));
                await world.CompareAsync();
            }

            await world.CompareDeeplyAsync();
            await FinishAsync(world, new MailingActions(world), new SessionActions(world));
            await world.CompareDeeplyAsync();
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"Seed {seed}, after: {string.Join("; ", world.Trace.TakeLast(25))}", fault);
        }
    }

    private static async Task StepAsync(ModelWorld world, MailingActions callers, SessionActions dispatchers)
    {
        world.ForgetStale(8);
        var mailing = world.Pick(world.Mailings)!;
        var session = world.Pick(world.Sessions.FindAll(one => !one.Disposed))!;
        var hand = world.Pick(world.Hands.FindAll(one => !one.Session.Disposed));
        switch (world.Random.Next(100))
        {
            case < 8:
                await callers.AppendAsync(mailing);
                break;
            case < 10:
                await callers.SealAsync(mailing);
                break;
            case < 14:
                await callers.WantAsync(mailing, DesiredState.Pause);
                break;
            case < 21:
                await callers.WantAsync(mailing, DesiredState.Run);
                break;
            case < 22:
                await callers.WantAsync(mailing, DesiredState.Cancel);
                break;
            case < 24 when world.Mailings.Count < 8:
                await callers.CreateAsync();
                break;
            case < 27:
                await callers.ResolveAsync(mailing);
                break;
            case < 40:
                await dispatchers.ClaimAsync(session, mailing);
                break;
            case < 58:
                await dispatchers.BeginAsync(session);
                break;
            case < 74 when hand is not null:
                await dispatchers.RecordAsync(hand);
                break;
            case < 84 when hand is not null:
                await dispatchers.CompleteAsync(hand);
                break;
            case < 88:
                await dispatchers.RecoverAsync(session, world.Random.Next(1, 5));
                break;
            case < 93:
                await world.BeatAsync(session);
                break;
            case < 94:
                world.Trace.Add("dispose");
                session.Disposed = true;
                await session.Real.DisposeAsync();
                await world.OpenSessionAsync();
                break;
            default:
                await world.Under.AdvanceAsync(TimeSpan.FromSeconds(world.Random.Next(1, 20)));
                break;
        }
    }

    /// <summary>Everything comes to an end: nothing is left over that nobody would ever send.</summary>
    private static async Task FinishAsync(ModelWorld world, MailingActions callers, SessionActions dispatchers)
    {
        foreach (var mailing in world.Mailings)
        {
            await callers.SealAsync(mailing);
            await callers.WantAsync(mailing, DesiredState.Run);
        }

        foreach (var session in world.Sessions.Where(one => !one.Disposed).ToList())
        {
            session.Disposed = true;
            await session.Real.DisposeAsync();
        }

        await world.OpenSessionAsync();
        var last = world.Sessions[^1];
        for (var round = 0; world.Mailings.Exists(mailing => !mailing.IsFinished); round++)
        {
            Assert.True(round < 400, "Something is never finished.");
            world.ForgetStale(0);
            await world.BeatAsync(last);
            await dispatchers.RecoverAsync(last, 1000);
            foreach (var mailing in world.Mailings)
            {
                await dispatchers.ClaimAsync(last, mailing);
            }

            for (var i = 0; i < 10; i++)
            {
                await dispatchers.BeginAsync(last);
            }

            foreach (var hand in world.Hands.Where(hand => hand.Holds).ToList())
            {
                while (hand.Slice.Missing.Any())
                {
                    await dispatchers.RecordAsync(hand);
                }

                await dispatchers.CompleteAsync(hand);
            }

            await world.Under.AdvanceAsync(TimeSpan.FromSeconds(2));
        }

        await world.CompareAsync();
    }
}

/// <summary>The runs of the model: the same for every ledger, so that a failure can be repeated.</summary>
public static class ModelSeeds
{
    /// <summary>The seeds.</summary>
    public static TheoryData<int> All => [.. Enumerable.Range(1, 30)];
}
