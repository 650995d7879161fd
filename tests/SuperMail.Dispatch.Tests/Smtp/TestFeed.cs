namespace SuperMail.Dispatch.Tests.Smtp;

/// <summary>Gives messages in order; some only once a signal has come.</summary>
internal sealed class TestFeed(IReadOnlyList<TestMail> messages) : IMailFeed
{
    private readonly Dictionary<int, Task> _gates = [];
    private readonly TaskCompletionSource _waitedFor = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Pulled { get; private set; }

    public bool IsExhausted => Pulled == messages.Count;

    /// <summary>Completes when the session has asked for a message that is not ready.</summary>
    public Task WaitedFor => _waitedFor.Task;

    public TestFeed Holding(int index, Task until)
    {
        _gates[index] = until;
        return this;
    }

    public async ValueTask<OutgoingMessage?> NextAsync(CancellationToken cancellationToken)
    {
        if (Pulled < messages.Count && _gates.Remove(Pulled, out var gate))
        {
            _waitedFor.TrySetResult();
            await gate.WaitAsync(cancellationToken);
        }

        return Pulled < messages.Count ? messages[Pulled++] : null;
    }
}
