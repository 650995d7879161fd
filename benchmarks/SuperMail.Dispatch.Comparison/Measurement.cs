using System.Globalization;

namespace SuperMail.Dispatch.Comparison;

/// <summary>What one sender needed for one round.</summary>
internal sealed record Measurement(TimeSpan Elapsed, TimeSpan Cpu)
{
    /// <summary>Bytes allocated, where that can be told.</summary>
    public long? Allocated { get; init; }

    /// <summary>Bytes written to files, where that can be told.</summary>
    public long? Written { get; init; }

    /// <summary>Processor time of the first mailing of a fresh process, where there is a difference.</summary>
    public TimeSpan? ColdCpu { get; init; }

    public double Rate(int messages) => messages / Elapsed.TotalSeconds;

    public double CpuPerMessage(int messages) => Cpu.TotalMicroseconds / messages;

    public string Line(string sender, int messages) => string.Create(
        CultureInfo.InvariantCulture,
        $"{sender,-24} {Rate(messages),8:F0} msg/s {CpuPerMessage(messages),6:F1} µs CPU/msg{(Allocated is { } bytes ? $" {bytes / messages,6} bytes/msg" : "")}{(ColdCpu is { } cold ? $" {cold.TotalMicroseconds / messages:F1} µs cold" : "")}");

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
