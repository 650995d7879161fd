using System.Collections.Concurrent;

namespace SuperMail.Dispatch.Sqlite;

/// <summary>
/// Read-only connections, each lent to one reader at a time. Whoever reads much reads it in parts and gives the connection
/// back between them: a long read keeps the write-ahead log from being emptied.
/// </summary>
internal sealed class ReaderPool(string path) : IDisposable
{
    private readonly ConcurrentBag<Database> _free = [];
    private volatile bool _closed;

    public T Read<T>(Func<Database, T> read)
    {
        ObjectDisposedException.ThrowIf(_closed, typeof(SqliteLedger));
        var database = _free.TryTake(out var free) ? free : Database.OpenToRead(path);
        try
        {
            return read(database);
        }
        finally
        {
            _free.Add(database);
            if (_closed)
            {
                Empty();
            }
        }
    }

    public void Dispose()
    {
        _closed = true;
        Empty();
    }

    private void Empty()
    {
        while (_free.TryTake(out var database))
        {
            database.Dispose();
        }
    }
}
