using System.Reflection;

namespace SuperMail.Dispatch.Tests.Dispatching;

/// <summary>A ledger (or a session of one) whose calls a test hears of before they go through, and may refuse by throwing.</summary>
public class WatchedLedger : DispatchProxy
{
    private object _inner = null!;
    private Action<string> _before = null!;
    private bool _durable;

    /// <summary>Wraps; <paramref name="before"/> gets each operation's name. A durable one outlives its dispatchers.</summary>
    public static T Over<T>(T inner, Action<string> before, bool durable = false)
        where T : class
    {
        var proxy = Create<T, WatchedLedger>();
        var watched = (WatchedLedger)(object)proxy;
        (watched._inner, watched._before, watched._durable) = (inner, before, durable);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        _before(targetMethod!.Name);
        if (_durable && targetMethod.Name == nameof(IAsyncDisposable.DisposeAsync))
        {
            return ValueTask.CompletedTask;
        }

        return targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null) switch
        {
            LedgerCapabilities capabilities when _durable => capabilities with { Durable = true },
            ValueTask<ILedgerSession> session => new ValueTask<ILedgerSession>(Over(session.AsTask().Result, _before)),
            var result => result,
        };
    }
}
