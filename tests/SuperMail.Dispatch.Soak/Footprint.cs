using System.Diagnostics;
using System.Globalization;

namespace SuperMail.Dispatch.Soak;

/// <summary>What the process holds when everything that can be let go has been.</summary>
/// <param name="Managed">Octets of live objects.</param>
/// <param name="Resident">Octets of memory of the process.</param>
/// <param name="Handles">Open handles: files, sockets.</param>
internal readonly record struct Footprint(long Managed, long Resident, int Handles)
{
    // A pool may be a little fuller at the end than it was after the first mailing; a leak of 20 octets a message is, after a
    // million, five times that.
    private const long ManagedSlack = 4 * 1024 * 1024;
    private const int HandleSlack = 20;

    public static Footprint Measure()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        var managed = GC.GetTotalMemory(forceFullCollection: true);
        using var process = Process.GetCurrentProcess();
        return new Footprint(managed, process.WorkingSet64, process.HandleCount);
    }

    /// <summary>True when nothing has grown since, beyond what chance explains.</summary>
    public bool IsFlatSince(Footprint earlier) =>
        Managed <= earlier.Managed + ManagedSlack && Handles <= earlier.Handles + HandleSlack;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Managed / 1048576.0:F1} MiB live, {Resident / 1048576.0:F0} MiB resident, {Handles} handles");
}
