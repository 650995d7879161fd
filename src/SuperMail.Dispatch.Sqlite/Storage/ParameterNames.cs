using System.Text.RegularExpressions;

namespace SuperMail.Dispatch.Sqlite;

/// <summary>The parameters of a statement in the order in which they first stand in it.</summary>
internal static partial class ParameterNames
{
    public static IEnumerable<string> In(string sql) => Name().Matches(sql).Select(static match => match.Value).Distinct();

    [GeneratedRegex(@"\$\w+")]
    private static partial Regex Name();
}
