using System.Globalization;

namespace SuperMail.Dispatch.Comparison;

/// <summary>One point of a curve.</summary>
/// <param name="Grows">What grows: recipients, bytes, connections, round-trip-ms.</param>
/// <param name="Value">How far.</param>
/// <param name="Series">The sender with its figures.</param>
internal sealed record GrowthPoint(string Grows, double Value, Series Series)
{
    public string Sender => Series.Sender.Name;

    public double Rate => Series.Rate;
}

/// <summary>The points as comma-separated values.</summary>
internal static class GrowthTable
{
    public static string ToCsv(IEnumerable<GrowthPoint> points) =>
        "grows,value,sender,messages,messages_per_second,cpu_us_per_message,bytes_allocated_per_message,resident_mib\n"
        + string.Concat(points.Select(static point => string.Create(
            CultureInfo.InvariantCulture,
            $"{point.Grows},{point.Value:F0},{point.Sender},{point.Series.Job.Messages},{point.Rate:F1},{point.Series.Cpu:F1},{point.Series.Allocated:F0},{point.Series.Rounds[^1].Warm.Resident / 1048576.0:F1}\n")));
}
