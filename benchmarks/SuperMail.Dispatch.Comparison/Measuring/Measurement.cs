using System.Globalization;

namespace SuperMail.Dispatch.Comparison;

/// <summary>One mailing, as the sending process itself measured it: a line of JSON on its standard output.</summary>
/// <param name="Seconds">From the first message to the last verdict.</param>
/// <param name="Cpu">Processor seconds of the whole process meanwhile.</param>
/// <param name="Allocated">Bytes allocated, where the runtime can tell.</param>
/// <param name="Resident">The most bytes of memory that the process ever held.</param>
/// <param name="Written">Bytes that it had the system write to disks.</param>
internal sealed record MailingFigures(double Seconds, double Cpu, long? Allocated = null, long? Resident = null, long? Written = null);

/// <summary>What one sender needed for one round.</summary>
/// <param name="Messages">Messages of one mailing.</param>
/// <param name="Cold">The first mailing of the process, which pays for compilers and caches.</param>
/// <param name="Warm">The last one.</param>
/// <param name="WholeCpu">Processor time of the whole process, from its start to its end, over all its mailings.</param>
/// <param name="Mailings">How many those were.</param>
internal sealed record Measurement(int Messages, MailingFigures Cold, MailingFigures Warm, TimeSpan WholeCpu, int Mailings)
{
    public double Rate => Messages / Warm.Seconds;

    /// <summary>Microseconds a message, warm.</summary>
    public double Cpu => Warm.Cpu * 1e6 / Messages;

    public double ColdCpu => Cold.Cpu * 1e6 / Messages;

    /// <summary>Microseconds a message with the start and the end of the process.</summary>
    public double CpuOfAll => WholeCpu.TotalMicroseconds / ((double)Messages * Mailings);

    public double? Allocated => (double?)Warm.Allocated / Messages;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Rate,9:F1} msg/s, CPU µs/msg {Cpu,8:F1} warm {ColdCpu,8:F1} cold {CpuOfAll,8:F1} whole process{(Allocated is { } bytes ? $", {bytes:F0} bytes allocated/msg" : "")}");
}

/// <summary>The rounds of one sender.</summary>
internal sealed record Series(Sender Sender, Job Job, IReadOnlyList<Measurement> Rounds)
{
    public double Rate => Median(static round => round.Rate);

    public double Cpu => Median(static round => round.Cpu);

    public double? Allocated => Rounds[0].Allocated is null ? null : Median(static round => round.Allocated!.Value);

    public double Median(Func<Measurement, double> figure)
    {
        double[] sorted = [.. Rounds.Select(figure).Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"median {Sender.Name,-22} {Rate,9:F1} msg/s ({Rounds.Min(static r => r.Rate):F1} to {Rounds.Max(static r => r.Rate):F1}), CPU µs/msg {Cpu,8:F1} warm ({Rounds.Min(static r => r.Cpu):F1} to {Rounds.Max(static r => r.Cpu):F1}) {Median(static r => r.CpuOfAll),8:F1} whole process{(Allocated is { } bytes ? $", {bytes:F0} bytes allocated/msg" : "")}");
}
