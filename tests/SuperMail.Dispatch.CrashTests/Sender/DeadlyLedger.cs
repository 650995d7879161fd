using System.Reflection;

namespace SuperMail.Dispatch.CrashTests.Sender;

/// <summary>
/// A ledger, a session of it or a wire record, around which the process can die: before an operation, during it (asked
/// for and not answered) and after it. So no product code holds a hook for tests.
/// </summary>
public class DeadlyLedger : DispatchProxy
{
    private static readonly Dictionary<string, string> s_places = new(StringComparer.Ordinal)
    {
        [nameof(IMailingLedger.OpenSessionAsync)] = "open",
        [nameof(IMailingLedger.CreateMailingAsync)] = "create",
        [nameof(IMailingLedger.AppendSlicesAsync)] = "append",
        [nameof(IMailingLedger.SealAsync)] = "seal",
        [nameof(IMailingLedger.ReviseAsync)] = "revise",
        [nameof(IMailingLedger.PurgeAsync)] = "purge",
        [nameof(ILedgerSession.HeartbeatAsync)] = "heartbeat",
        [nameof(ILedgerSession.ClaimAsync)] = "claim",
        [nameof(ILedgerSession.RecoverAsync)] = "recover",
        [nameof(ILedgerSession.BeginAsync)] = "begin",
        [nameof(ILedgerSession.RecordAsync)] = "record",
        [nameof(ILedgerSession.CompleteAsync)] = "complete",
    };

    private object _inner = null!;
    private Death _death = null!;
    private bool _hasBegun;

    internal static T Over<T>(T inner, Death death)
        where T : class
    {
        var proxy = Create<T, DeadlyLedger>();
        var deadly = (DeadlyLedger)(object)proxy;
        (deadly._inner, deadly._death) = (inner, death);
        return proxy;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        ArgumentNullException.ThrowIfNull(targetMethod);
        var places = PlacesOf(targetMethod.Name, args!);
        Visit(places, "before");
        var result = targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
        Visit(places, targetMethod.ReturnType == typeof(void) ? "after" : "during");
#pragma warning disable CA2012 // each is passed on and awaited once
        return result switch
        {
            IWireRecord record => Over(record, _death),
            ValueTask done => AfterAsync(done, places),
            ValueTask<ILedgerSession> session => OpenAsync(session, places),
            ValueTask<CreatedMailing> created => AfterAsync(created, places),
            ValueTask<LedgerMailing> mailing => AfterAsync(mailing, places),
            ValueTask<bool> revised => AfterAsync(revised, places),
            ValueTask<int> purged => AfterAsync(purged, places),
            ValueTask<Heartbeat> beat => AfterAsync(beat, places),
            ValueTask<IReadOnlyList<ClaimedSlice>> slices => AfterAsync(slices, places),
            ValueTask<IReadOnlyList<BeginResult>> begun => AfterAsync(begun, places),
            ValueTask<CompletionResult> completed => AfterAsync(completed, places),
            _ => result,
        };
#pragma warning restore CA2012
    }

    private string[] PlacesOf(string method, object?[] args)
    {
        _hasBegun |= method == nameof(ILedgerSession.BeginAsync);
        return (method, args) switch
        {
            // What is recorded before anything is begun is what an ended process left.
            (nameof(ILedgerSession.RecordAsync), _) when !_hasBegun => ["record-recovered"],
            (nameof(IWireRecord.Note), [_, WireState state]) => [state is WireState.Left ? "left" : "answered"],
            (nameof(ILedgerSession.CompleteAsync), [SliceCompletion { Children.Count: > 0 }, ..]) => ["complete", "child"],
            _ => s_places.TryGetValue(method, out var place) ? [place] : [],
        };
    }

    private void Visit(string[] places, string when)
    {
        foreach (var place in places)
        {
            _death.Visit($"{place}.{when}");
        }
    }

    private async ValueTask<ILedgerSession> OpenAsync(ValueTask<ILedgerSession> opening, string[] places) =>
        Over(await AfterAsync(opening, places), _death);

    private async ValueTask AfterAsync(ValueTask operation, string[] places)
    {
        await operation;
        Visit(places, "after");
    }

    private async ValueTask<T> AfterAsync<T>(ValueTask<T> operation, string[] places)
    {
        var result = await operation;
        Visit(places, "after");
        return result;
    }
}
