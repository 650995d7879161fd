using System.Reflection;

namespace SuperMail.Dispatch.Tests.Dispatching;

/// <summary>How a test answers a begin; with the ledger's own answer to be had from the session.</summary>
public delegate ValueTask<IReadOnlyList<BeginResult>> AnswerBegin(ILedgerSession session, IReadOnlyList<SliceRange> ranges);

/// <summary>A ledger whose begins a test answers: late, or otherwise than the ledger would.</summary>
public class OwnBegins : DispatchProxy
{
    private object _inner = null!;
    private AnswerBegin _answer = null!;

    public static IMailingLedger Over(IMailingLedger inner, AnswerBegin answer) => Create(inner, answer);

#pragma warning disable CA2012 // a proxy hands results on as objects; whoever called awaits them once
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
    {
        nameof(ILedgerSession.BeginAsync) => _answer((ILedgerSession)_inner, (IReadOnlyList<SliceRange>)args![0]!),
        nameof(IMailingLedger.OpenSessionAsync) => OpenSessionAsync((IMailingLedger)_inner),
        _ => targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null),
    };
#pragma warning restore CA2012

    private async ValueTask<ILedgerSession> OpenSessionAsync(IMailingLedger ledger) => Create(await ledger.OpenSessionAsync(default), _answer);

    private static T Create<T>(T inner, AnswerBegin answer)
        where T : class
    {
        var proxy = Create<T, OwnBegins>();
        ((OwnBegins)(object)proxy)._inner = inner;
        ((OwnBegins)(object)proxy)._answer = answer;
        return proxy;
    }
}
