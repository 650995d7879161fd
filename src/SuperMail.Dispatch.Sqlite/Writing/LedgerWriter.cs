using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace SuperMail.Dispatch.Sqlite;

/// <summary>
/// The one writing connection, on a thread of its own: takes all operations that wait, applies them in one transaction,
/// commits, tells everybody. While one commit waits for the disk the next one gathers: durability costs the more windows
/// the less each.
/// </summary>
/// <remarks>One writer and not a lock: SQLite makes a second writer sleep, and before 3.51.3 two of them could lose a WAL reset.</remarks>
internal sealed class LedgerWriter : IAsyncDisposable
{
    // Far more than connections can have under way: who waits here waits for the disk.
    private const int MaxWaiting = 4096;

    // Bounds how long the first of a commit waits for the last.
    private const int MaxTogether = 512;

    // Milliseconds that an operation which nobody waits for goes without a commit of its own, once or twice. Wall time:
    // it spares the processor and decides nothing.
    private const int Patience = 1;

    private readonly Channel<WriteRequest> _requests =
        Channel.CreateBounded<WriteRequest>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    // Not spun on: the processor belongs to those who bring the next operation.
    private readonly ManualResetEventSlim _stirred = new(initialState: false, spinCount: 0);

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _path;
    private readonly LedgerGuard _guard;

    // Used by the thread only.
    private readonly Database _database;
    private readonly WriteScope _scope;
    private readonly List<WriteRequest> _batch = [];

    private volatile SqliteLedgerException? _fault;

    public LedgerWriter(string path, Database database, LedgerGuard guard, TimeProvider time)
    {
        _path = path;
        _database = database;
        _guard = guard;
        _scope = new WriteScope(database, time);
        new Thread(Run) { IsBackground = true, Name = "SuperMail ledger" }.UnsafeStart();
    }

    /// <summary>Why nothing can be written any more, or null.</summary>
    public SqliteLedgerException? Fault => _fault;

    /// <summary>Applies an operation; it is committed when this returns. Refusals of the operation itself are thrown as they are.</summary>
    /// <exception cref="SqliteLedgerException">The commit failed, now or before.</exception>
    /// <exception cref="ObjectDisposedException">The ledger is closed.</exception>
    public async ValueTask<T> ApplyAsync<T>(Func<WriteScope, T> operation, CancellationToken cancellationToken, Haste haste = Haste.Now)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var request = new WriteRequest<T>(operation, haste, cancellationToken);
        try
        {
            await _requests.Writer.WriteAsync(request, cancellationToken).ConfigureAwait(false);
            _stirred.Set();
        }
        catch (ChannelClosedException)
        {
            throw _fault is { } fault ? Again(fault) : new ObjectDisposedException(typeof(SqliteLedger).FullName);
        }

        return await request.Done.ConfigureAwait(false);
    }

    /// <summary>Takes no more; what waits is written, then the connection is closed.</summary>
    public async ValueTask DisposeAsync()
    {
        _requests.Writer.TryComplete();
        _stirred.Set();
        await _ended.Task.ConfigureAwait(false);
    }

    private void Run()
    {
        try
        {
            while (WaitForRequests())
            {
                Take();
                Commit();
            }
        }
        catch (SqliteException fault)
        {
            // Whether the last commit reached the disk is not known. Nothing further may be promised.
            Fail(new SqliteLedgerException(
                $"The ledger '{_path}' could not be written ({fault.Message}). Nothing more is sent until it can be: free the disk or mend it, then start again.", fault));
        }
        finally
        {
            _database.Dispose();
            _ended.SetResult();
        }
    }

    private bool WaitForRequests()
    {
        while (!_requests.Reader.Completion.IsCompleted)
        {
            _stirred.Reset();
            if (_requests.Reader.TryPeek(out _))
            {
                return true;
            }

            _stirred.Wait();
        }

        return false;
    }

    private void Take()
    {
        _batch.Clear();
        TakeWaiting();
        var since = Stopwatch.GetTimestamp();
        while (_batch.TrueForAll(static request => request.Haste is Haste.WithOthers)
            && !_requests.Reader.Completion.IsCompleted
            && Stopwatch.GetElapsedTime(since).TotalMilliseconds < Patience)
        {
            _stirred.Reset();
            if (!_requests.Reader.TryPeek(out _))
            {
                _stirred.Wait(Patience);
            }

            TakeWaiting();
        }
    }

    private void TakeWaiting()
    {
        while (_batch.Count < MaxTogether && _requests.Reader.TryRead(out var request))
        {
            if (request.IsGivenUp)
            {
                request.GiveUp();
            }
            else
            {
                _batch.Add(request);
            }
        }
    }

    private void Commit()
    {
        _scope.Reset();
        _database.Run("BEGIN IMMEDIATE");
        if (!TryApplyAll())
        {
            ApplyEachAlone();
        }

        var begins = _scope.Began ? LedgerGuard.Count(_database) : 0;
        _database.Run("COMMIT");
        if (_scope.Began)
        {
            _guard.Keep(begins);
        }

        if (_scope.EmptiesLog)
        {
            // Does nothing while somebody reads what stands in it; the next one does.
            _database.Run("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        _scope.TellNews();
        foreach (var request in _batch)
        {
            request.Complete();
        }

        _batch.Clear();
    }

    /// <summary>False, and nothing changed, when one was refused: mostly none is, and the others must not pay for it.</summary>
    private bool TryApplyAll()
    {
        try
        {
            foreach (var request in _batch)
            {
                request.Apply(_scope);
            }

            return true;
        }
        catch (Exception refusal) when (refusal is not SqliteException)
        {
            _database.Run("ROLLBACK");
            _scope.Reset();
            _database.Run("BEGIN IMMEDIATE");
            return false;
        }
    }

    /// <summary>The same again, where one that is refused leaves no trace and the others are committed.</summary>
    private void ApplyEachAlone()
    {
        foreach (var request in _batch)
        {
            var (news, began) = (_scope.NewsCount, _scope.Began);
            _database.Run("SAVEPOINT one");
            try
            {
                request.Apply(_scope);
            }
            catch (Exception refusal) when (refusal is not SqliteException)
            {
                request.Refusal = refusal;
                _scope.ForgetNewsFrom(news);
                _scope.Began = began;
                _database.Run("ROLLBACK TO one");
            }

            _database.Run("RELEASE one");
        }
    }

    private void Fail(SqliteLedgerException fault)
    {
        _fault = fault;
        _requests.Writer.TryComplete();
        foreach (var request in _batch)
        {
            request.Fail(Again(fault));
        }

        while (_requests.Reader.TryRead(out var request))
        {
            request.Fail(Again(fault));
        }
    }

    // One for each who waits: an exception that is thrown twice at once mixes up its stacks.
    private static SqliteLedgerException Again(SqliteLedgerException fault) => new(fault.Message, fault.InnerException);
}
