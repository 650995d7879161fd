using SuperMail.Dispatch.Tests.Guards;
using SuperMail.Dispatch.Tests.Smtp;
using Xunit;

namespace SuperMail.Dispatch.Tests.Faults;

/// <summary>Every fault in every phase of every kind of conversation, against the rules.</summary>
public sealed class FaultMatrixTests(ITestOutputHelper output)
{
    // Of the real clock, and only for a cell that never ends: all else follows the faked one.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    public static TheoryData<FaultPhase, Fault> Rows
    {
        get
        {
            var rows = new TheoryData<FaultPhase, Fault>();
            foreach (var row in FaultTable.Possible.Select(static c => (c.Phase, c.Fault)).Distinct())
            {
                rows.Add(row.Phase, row.Fault);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Every_recipient_ends_as_the_rules_say(FaultPhase phase, Fault fault)
    {
        var cells = FaultTable.Possible.Where(c => c.Phase == phase && c.Fault == fault).ToArray();
        var complaints = await Task.WhenAll(cells.Select(ComplainAsync));
        var all = string.Join('\n', complaints.SelectMany(static c => c));
        Assert.True(all.Length == 0, all);
        output.WriteLine($"{phase} {fault}: {cells.Length} cells");
    }

    [Fact]
    public void The_table_has_at_least_eight_hundred_cells_and_says_why_others_cannot_be()
    {
        foreach (var phase in FaultTable.Possible.GroupBy(static c => c.Phase))
        {
            output.WriteLine($"{phase.Key}: {phase.Count()} cells");
        }

        foreach (var reason in FaultTable.All.Select(FaultTable.WhyNot).OfType<string>().CountBy(static r => r))
        {
            output.WriteLine($"not counted, {reason.Value} cells: {reason.Key}");
        }

        output.WriteLine($"in all: {FaultTable.Possible.Count} cells");
        Assert.InRange(FaultTable.Possible.Count, 800, int.MaxValue);
    }

    [Fact]
    public void Every_cell_has_a_rule_and_every_rule_a_cell()
    {
        Assert.All(FaultTable.Possible, static cell => Assert.Contains(FaultRules.All, rule => rule.Holds(cell)));
        Assert.All(FaultRules.All, static rule => Assert.Contains(FaultTable.Possible, cell => FaultRules.Of(cell) == rule));
    }

    [Fact]
    public void The_rules_in_the_documentation_are_these_rules() =>
        Assert.Contains(string.Join('\n', FaultRules.AsMarkdown()), Repository.Read("docs/faults.md"), StringComparison.Ordinal);

    private static async Task<IEnumerable<string>> ComplainAsync(FaultCell cell)
    {
        var rule = FaultRules.Of(cell);
        FaultyMailing.Account account;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(SmtpBed.Token);
        patience.CancelAfter(s_patience);
        try
        {
            account = await new FaultyMailing(cell).RunAsync(patience.Token);
        }
        catch (Exception e) when (!SmtpBed.Token.IsCancellationRequested)
        {
            return [$"{cell}: {(patience.IsCancellationRequested ? "it hangs" : e)}"];
        }

        return account.Judge(cell, rule).Select(complaint => $"{cell}: {complaint}");
    }
}
