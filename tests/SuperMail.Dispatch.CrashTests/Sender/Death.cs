using System.Diagnostics;

namespace SuperMail.Dispatch.CrashTests.Sender;

/// <summary>Ends this process as kill -9 does, at the n-th visit of a place. Safe for several threads.</summary>
internal sealed class Death(string place, int visit)
{
    private int _left = visit;

    public static void Now()
    {
        using var self = Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite); // the signal is on its way to this thread too
    }

    public void Visit(string here)
    {
        if (here == place && Interlocked.Decrement(ref _left) == 0)
        {
            Now();
        }
    }
}
