using System.Reflection;

namespace SuperMail.Dispatch.Tests.Dispatching;

/// <summary>A ledger whose sessions keep a wire record that a test reads.</summary>
public class NotedLedger : DispatchProxy
{
    private object _inner = null!;
    private List<(int Position, WireState State)> _notes = null!;

    /// <summary>Wraps; <paramref name="notes"/> gets every note, and is its own lock.</summary>
    public static T Over<T>(T inner, List<(int Position, WireState State)> notes)
        where T : class
    {
        var proxy = Create<T, NotedLedger>();
        var noted = (NotedLedger)(object)proxy;
        (noted._inner, noted._notes) = (inner, notes);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == nameof(ILedgerSession.OpenWireRecord)
            ? new Record(_notes)
            : targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null) switch
            {
                ValueTask<ILedgerSession> session => new ValueTask<ILedgerSession>(Over(session.AsTask().Result, _notes)),
                var result => result,
            };

    private sealed class Record(List<(int Position, WireState State)> notes) : IWireRecord
    {
        public void Note(int position, WireState state)
        {
            lock (notes)
            {
                notes.Add((position, state));
            }
        }
    }
}
