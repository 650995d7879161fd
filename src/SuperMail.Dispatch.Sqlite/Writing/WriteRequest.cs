namespace SuperMail.Dispatch.Sqlite;

/// <summary>Whether an operation is worth a commit of its own.</summary>
internal enum Haste
{
    /// <summary>Somebody stands still until it is committed.</summary>
    Now = 0,

    /// <summary>It goes with the next one that cannot wait, and shares the price.</summary>
    WithOthers,
}

/// <summary>An operation that waits for the writer, and who waits for its commit.</summary>
internal abstract class WriteRequest(Haste haste, CancellationToken cancellationToken)
{
    public Haste Haste { get; } = haste;

    /// <summary>What it was refused for, if it was: nothing of it is in the commit then.</summary>
    public Exception? Refusal { get; set; }

    /// <summary>True when nobody wants it any more; looked at once, before it is applied.</summary>
    public bool IsGivenUp => CancellationToken.IsCancellationRequested;

    protected CancellationToken CancellationToken { get; } = cancellationToken;

    public abstract void Apply(WriteScope scope);

    /// <summary>After the commit: tells the result, or the refusal.</summary>
    public abstract void Complete();

    public abstract void GiveUp();

    public abstract void Fail(Exception fault);
}

/// <inheritdoc/>
internal sealed class WriteRequest<T>(Func<WriteScope, T> operation, Haste haste, CancellationToken cancellationToken)
    : WriteRequest(haste, cancellationToken)
{
    // Continuations run elsewhere: the writer's thread has the next commit to make.
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Done => _done.Task;

    public override void Apply(WriteScope scope) => _result = operation(scope);

    public override void Complete()
    {
        if (Refusal is not null)
        {
            _done.SetException(Refusal);
        }
        else
        {
            _done.SetResult(_result!);
        }
    }

    public override void GiveUp() => _done.SetCanceled(CancellationToken);

    public override void Fail(Exception fault) => _done.SetException(fault);
}
