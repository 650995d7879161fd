using System.Diagnostics;

namespace SuperMail.Dispatch.CrashTests.Sink;

/// <summary>Where in a conversation the sink can kill the sender.</summary>
internal enum SinkPoint
{
    Greeting = 0,
    Ehlo,
    Mail,
    Rcpt,

    /// <summary>Before 354.</summary>
    Data,

    /// <summary>Half of a content is read.</summary>
    Content,

    /// <summary>The end of data is read and logged, its reply not written.</summary>
    EndOfData,

    /// <summary>The reply to the end of data is written.</summary>
    Reply,

    Quit,
}

/// <summary>Kills a process at a point, at its n-th visit. Safe for the threads of all conversations.</summary>
internal sealed class KillOrder
{
    private readonly Lock _lock = new();
    private SinkPoint _point;
    private int _left;
    private int _victim;

    public void Give(int victim, SinkPoint point, int visit)
    {
        lock (_lock)
        {
            (_victim, _point, _left) = (victim, point, visit);
        }
    }

    public void Pass(SinkPoint point)
    {
        lock (_lock)
        {
            if (point != _point || _left == 0 || --_left > 0)
            {
                return;
            }

            using var victim = Process.GetProcessById(_victim);
            victim.Kill();
        }
    }
}
