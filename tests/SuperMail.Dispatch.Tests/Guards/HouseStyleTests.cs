using System.Text.RegularExpressions;
using Xunit;

namespace SuperMail.Dispatch.Tests.Guards;

public partial class HouseStyleTests
{
    private static readonly IReadOnlyList<(string Path, string Text)> Everything = Repository.Sources("src");

    [Fact]
    public void No_file_is_longer_than_400_lines()
    {
        var long_ = Everything.Select(static f => (f.Path, Lines: LinesOf(f.Text))).Where(static f => f.Lines > 400).Select(static f => $"{f.Path}: {f.Lines}");
        Assert.Empty(long_);
    }

    [Fact]
    public void The_median_file_is_shorter_than_120_lines()
    {
        var lines = Everything.Select(static f => LinesOf(f.Text)).Order().ToArray();
        Assert.InRange(lines[lines.Length / 2], 1, 119);
    }

    [Fact]
    public void No_type_has_a_name_that_says_nothing()
    {
        var empty = Everything.SelectMany(static f => EmptyName().Matches(CodeText.Of(f.Text)).Select(m => $"{f.Path}: {m.Value}"));
        Assert.Empty(empty);
    }

    [Fact]
    public void Time_is_injected()
    {
        var own = from file in Repository.Sources("src", "SuperMail.Dispatch")
                  from clock in OwnClock().Matches(CodeText.Of(file.Text))
                  select $"{file.Path}: {clock.Value}";
        Assert.Empty(own);
    }

    [Fact]
    public void Every_delay_and_time_out_follows_the_injected_clock()
    {
        var own = from file in Repository.Sources("src", "SuperMail.Dispatch")
                  let code = CodeText.Of(file.Text)
                  from call in TimedCall().Matches(code)
                  let arguments = Arguments(code, call.Index + call.Length)
                  where arguments.Length > 0 && !Clock().IsMatch(arguments)
                  select $"{file.Path}: {call.Value}{arguments})";
        Assert.Empty(own);
    }

    private static int LinesOf(string text) => text.AsSpan().Count('\n') + (text.EndsWith('\n') ? 0 : 1);

    /// <summary>What stands between the parenthesis before this place and the one that closes it.</summary>
    private static string Arguments(string code, int start)
    {
        var (end, depth) = (start, 0);
        for (; end < code.Length && (depth > 0 || code[end] != ')'); end++)
        {
            depth += code[end] switch { '(' => 1, ')' => -1, _ => 0 };
        }

        return code[start..end];
    }

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum)\s+\w*(?:Helpers?|Managers?|Utils?|Utility|Utilities|Common)\b")]
    private static partial Regex EmptyName();

    [GeneratedRegex(@"\bDateTime(?:Offset)?\s*\.\s*(?:Utc)?(?:Now|Today)\b|\bStopwatch\b|\bThread\s*\.\s*Sleep\b|\bEnvironment\s*\.\s*TickCount(?:64)?\b|\bnew\s+(?:Periodic)?Timer\b")]
    private static partial Regex OwnClock();

    [GeneratedRegex(@"\b_?[tT]ime\b")]
    private static partial Regex Clock();

    [GeneratedRegex(@"\bTask\s*\.\s*Delay\s*\(|\bnew\s+CancellationTokenSource\s*\(")]
    private static partial Regex TimedCall();
}
