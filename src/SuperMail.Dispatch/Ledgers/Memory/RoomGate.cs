namespace SuperMail.Dispatch.Ledgers;

/// <summary>Where a reader waits while its mailing is full. Everything here happens under the ledger's lock.</summary>
internal sealed class RoomGate
{
    private TaskCompletionSource? _waiting;
    private long _needed;

    public Task Wait(long needed)
    {
        _needed = _waiting is null ? needed : Math.Min(_needed, needed);

        // Continuations run elsewhere: the lock is held when the gate opens.
        _waiting ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
        return _waiting.Task;
    }

    /// <summary>
    /// Wakes the readers once the smallest wish fits, not with each outcome: they look again, and wait again if
    /// another was faster.
    /// </summary>
    public void RoomIs(long held, long max)
    {
        if (_waiting is not null && (held == 0 || held + _needed <= max))
        {
            Open();
        }
    }

    /// <summary>Wakes the readers in any case: the mailing takes no more.</summary>
    public void Open()
    {
        _waiting?.TrySetResult();
        _waiting = null;
    }
}
