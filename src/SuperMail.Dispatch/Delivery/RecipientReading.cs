using System.Collections.Concurrent;

namespace SuperMail.Dispatch.Delivery;

/// <summary>Reads a mailing that was let in to its seal; knows which mailings are being read in this process.</summary>
internal sealed class RecipientReading(EnginePorts ports, DeliveryEngine engine)
{
    private readonly ConcurrentDictionary<MailingId, bool> _reading = [];

    /// <summary>True while some call reads the mailing's recipients.</summary>
    public bool IsReading(MailingId mailing) => _reading.ContainsKey(mailing);

    /// <summary>Reads all recipients and seals.</summary>
    /// <exception cref="MailingConflictException">Another call reads the same mailing, or the recipients differ.</exception>
    /// <exception cref="RecipientSourceException">The sequence threw.</exception>
    public async Task ReadAsync(MailingDoor.Admitted admitted, DuplicateDetection duplicates, CancellationToken cancellationToken)
    {
        var id = admitted.Mailing.Id;
        var guarded = new GuardedSource(admitted.Recipients, cancellationToken);
        await using var source = guarded.ConfigureAwait(false);
        if (admitted.Mailing.Sealed || admitted.Mailing.IsFinished)
        {
            return;
        }

        if (!_reading.TryAdd(id, true))
        {
            throw new MailingConflictException(id, $"The external key is held by mailing {id}, whose recipients another call is reading now.");
        }

        try
        {
            var run = engine.Runs.Add(admitted.Definition, admitted.Mailing);
            using var intake = new RecipientIntake(ports.Ledger, RecipientRules.Of(admitted.Definition), duplicates, ports.Time)
            {
                Stored = count => run.Accept(count),
                Judged = kind => run.Count(kind),
            };
            try
            {
                await intake.ReadAsync(guarded, admitted.HasFirst, admitted.Mailing, cancellationToken).ConfigureAwait(false);
            }
            catch (RecipientSourceException)
            {
                await intake.StoreAsync(id, cancellationToken).ConfigureAwait(false);
                throw;
            }

            engine.Completed(await ports.Ledger.SealAsync(id, CancellationToken.None).ConfigureAwait(false));
        }
        finally
        {
            _reading.TryRemove(id, out _);
        }
    }

    /// <summary>
    /// Tells faults of the caller's sequence from our own, and leaves it behind when reading ends while it brings
    /// nothing: many sequences look at no token, and a mailing must end without them.
    /// </summary>
    private sealed class GuardedSource(IAsyncEnumerator<Recipient> source, CancellationToken cancellationToken) : IAsyncEnumerator<Recipient>
    {
        private Task<bool>? _moving;

        public Recipient Current => source.Current;

        public async ValueTask<bool> MoveNextAsync()
        {
            try
            {
                var next = source.MoveNextAsync();
                if (next.IsCompleted)
                {
                    return await next.ConfigureAwait(false);
                }

                _moving = next.AsTask();
                return await _moving.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                throw new RecipientSourceException(fault);
            }
        }

        public ValueTask DisposeAsync()
        {
            if (_moving is not { IsCompleted: false } moving)
            {
                return source.DisposeAsync();
            }

            _ = EndLaterAsync(moving);
            return ValueTask.CompletedTask;
        }

        // A sequence must not be disposed of while it moves. Whatever it throws by then has nobody left to hear it.
        private async Task EndLaterAsync(Task moving)
        {
            await moving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await source.DisposeAsync().AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

/// <summary>The caller's sequence of recipients threw.</summary>
internal sealed class RecipientSourceException(Exception inner) : Exception(inner.Message, inner);
