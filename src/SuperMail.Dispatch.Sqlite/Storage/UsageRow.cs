using System.Globalization;

namespace SuperMail.Dispatch.Sqlite;

/// <summary>What SMS providers took of a mailing. SQLite knows no decimals: the sum is made here and kept as text.</summary>
internal static class UsageRow
{
    private const string FindCost = "SELECT cost FROM mailing WHERE no = $no";
    private const string AddUsage = "UPDATE mailing SET segments = segments + $segments, cost = $cost WHERE no = $no";

    public static void Add(Database database, long mailing, SmsUsage usage)
    {
        if (usage == default)
        {
            return; // e-mail
        }

        var sum = usage + new SmsUsage(0, CostOf(database.Ask(FindCost, mailing) as string));
        database.Run(AddUsage, usage.Segments, sum.Cost?.ToString(CultureInfo.InvariantCulture), mailing);
    }

    public static decimal? CostOf(string? column) => column is null ? null : decimal.Parse(column, CultureInfo.InvariantCulture);
}
