namespace SuperMail.Dispatch.Tests.Faults;

/// <summary>Compares what came of a mailing with what the rules say.</summary>
internal static class AccountJudgement
{
    /// <summary>What is not as it should be; empty when all is well.</summary>
    public static IEnumerable<string> Judge(this FaultyMailing.Account account, FaultCell cell, FaultRule rule)
    {
        var fates = FatesOf(cell, rule);
        var certain = FatesOf(cell, rule with { Before = Fate.Sent });
        for (var i = 0; i < fates.Length; i++)
        {
            var (fate, history, taken) = (fates[i], account.History[i], account.Taken[i]);
            if (cell is { IsDeep: true, Fault: Fault.Hang or Fault.Lost } && fate != certain[i] && Fits(certain[i], history))
            {
                // At worst in doubt: how much of the flight was read before time passed is for the system to say.
                fate = certain[i];
            }

            if (!Fits(fate, history))
            {
                yield return $"recipient {i} should be {fate} and was {string.Join(", ", history)}";
            }

            if (!TakenOf(fate).Contains(taken))
            {
                yield return $"recipient {i} is {fate} and was taken {taken} times";
            }
        }

        if (account.Pauses != (rule.Struck == Fate.Paused ? 1 : 0))
        {
            yield return $"the mailing paused {account.Pauses} times";
        }

        var said = account.StruckLog.Contains("C: QUIT");
        if (rule.Connection != Conversation.WasEnding && cell.Phase != FaultPhase.Connect && said != (rule.Connection == Conversation.GoesOn))
        {
            yield return $"the connection {(said ? "was left with QUIT" : "was left without QUIT")}: {string.Join(" | ", account.StruckLog)}";
        }

        foreach (var left in account.Left)
        {
            yield return $"left behind: {left}";
        }
    }

    private static Fate[] FatesOf(FaultCell cell, FaultRule rule) => cell.Phase switch
    {
        FaultPhase.Reset => [Fate.Sent, rule.Before == Fate.Sent ? Fate.Failed : rule.Before, rule.Struck],
        _ => [rule.Before, rule.Struck, rule.Struck == Fate.Paused ? Fate.Paused : rule.Behind],
    };

    private static bool Fits(Fate fate, RecipientState[] history)
    {
        // Given back uncharged is nobody's loss, however often: on a slow machine a retry may find its connection gone.
        RecipientState[] charged = [.. history.Where(static s => s != RecipientState.Ready)];
        return fate switch
        {
            Fate.Sent => history is [RecipientState.Sent],
            Fate.Again or Fate.Paused => charged is [RecipientState.Sent],
            Fate.Retry => charged is [RecipientState.Retry, RecipientState.Sent],
            Fate.Failed => history is [RecipientState.Failed],
            _ => history is [RecipientState.InDoubt],
        };
    }

    private static int[] TakenOf(Fate fate) => fate switch
    {
        Fate.Failed => [0],
        Fate.InDoubt => [0, 1],
        _ => [1],
    };
}
