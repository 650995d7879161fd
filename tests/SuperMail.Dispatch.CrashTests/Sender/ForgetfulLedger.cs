using System.Reflection;
using System.Runtime.InteropServices;

namespace SuperMail.Dispatch.CrashTests.Sender;

/// <summary>Sabotage: a ledger that records some messages as not sent although they were. They are sent twice, and the judge must see it.</summary>
public class ForgetfulLedger : DispatchProxy
{
    private const int ForgetsEvery = 97;

    private object _inner = null!;
    private int _recorded;

    internal static T Over<T>(T inner)
        where T : class
    {
        var proxy = Create<T, ForgetfulLedger>();
        ((ForgetfulLedger)(object)proxy)._inner = inner;
        return proxy;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        ArgumentNullException.ThrowIfNull(targetMethod);
        if (targetMethod.Name == nameof(ILedgerSession.RecordAsync))
        {
            foreach (var range in (IReadOnlyList<OutcomeRange>)args![0]!)
            {
                Forget(range);
            }
        }

        return targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null) switch
        {
            ValueTask<ILedgerSession> session => new ValueTask<ILedgerSession>(Over(session.AsTask().Result)),
            var result => result,
        };
    }

    // In the dispatcher's own codes: else it would notice that the ledger says something else than it did.
    private void Forget(OutcomeRange range)
    {
        MemoryMarshal.TryGetArray(range.Codes, out var codes);
        foreach (ref var code in codes.AsSpan())
        {
            if (code.Kind is OutcomeKind.Sent && ++_recorded % ForgetsEvery == 0)
            {
                code = new OutcomeCode(OutcomeKind.NotSent, OutcomeReason.Stopped);
            }
        }
    }
}
