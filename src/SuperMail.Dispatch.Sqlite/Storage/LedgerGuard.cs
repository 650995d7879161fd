using System.Globalization;
using System.Text;

namespace SuperMail.Dispatch.Sqlite;

/// <summary>
/// The file beside the ledger that keeps it from two mishaps. Its lock, held while the ledger is open and given up by the
/// system with the process, refuses a second process. And it counts what was begun, just behind the ledger's own count: a
/// ledger that has begun less than its guard knows of is an older copy, restored from a backup.
/// </summary>
internal sealed class LedgerGuard : IDisposable
{
    private const string Title = "SuperMail.Dispatch ledger guard: keep it beside the ledger, leave it out of backups";
    private const int IdentityLength = 32;
    private const int CountDigits = 20;
    private const int IdentityAt = 100;
    private const int CountAt = IdentityAt + IdentityLength + 1;
    private const int Length = CountAt + CountDigits + 1;

    private readonly FileStream _file;
    private readonly byte[] _digits = new byte[CountDigits];

    private LedgerGuard(FileStream file) => _file = file;

    public static string PathOf(string ledger) => ledger + "-guard";

    /// <summary>Takes the lock.</summary>
    /// <exception cref="SqliteLedgerException">Another process, or another dispatcher of this one, has it.</exception>
    public static LedgerGuard Take(string ledger)
    {
        try
        {
            return new LedgerGuard(new FileStream(PathOf(ledger), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (Exception fault) when (fault is IOException and not DirectoryNotFoundException)
        {
            throw new SqliteLedgerException(
                $"The ledger '{ledger}' is open already, in another process or for another dispatcher of this one ('{PathOf(ledger)}' is locked). "
                + "Each process and each named dispatcher needs a file of its own.", fault);
        }
        catch (Exception fault) when (fault is DirectoryNotFoundException or UnauthorizedAccessException)
        {
            throw new SqliteLedgerException($"The ledger '{ledger}' cannot be opened: {fault.Message}", fault);
        }
    }

    /// <summary>
    /// Compares the ledger with what the guard knows of it, and makes both agree from here on. True when the ledger is
    /// older than its guard, another one, or has begun something and comes without its guard.
    /// </summary>
    public bool FindsOlderCopy(Database database)
    {
        database.RunOnce("BEGIN IMMEDIATE");
        var identity = (string?)database.Ask("SELECT identity FROM ledger");
        if (identity is null)
        {
            identity = Guid.NewGuid().ToString("N");
            database.Run("INSERT INTO ledger (identity, begins) VALUES ($identity, 0)", identity);
        }

        var begins = (long)database.Ask("SELECT begins FROM ledger")!;
        var known = Read();
        var isOlder = known is { } guard ? guard.Identity != identity || guard.Begins > begins : begins > 0;
        begins = Math.Max(begins, known?.Begins ?? 0);
        database.Run("UPDATE ledger SET begins = $begins", begins);
        if (isOlder)
        {
            RestoredCopy.PauseUnfinished(database);
        }

        database.RunOnce("COMMIT");
        Write(identity, begins);
        return isOlder;
    }

    /// <summary>Counts a commit in which something is begun; within its transaction.</summary>
    public static long Count(Database database) => (long)database.Ask("UPDATE ledger SET begins = begins + 1 RETURNING begins")!;

    /// <summary>
    /// After the commit, never before: the guard may know less than the ledger, or a crash would look like a restored
    /// copy. Not flushed: it must outlive the process; where power is lost it knows less.
    /// </summary>
    public void Keep(long begins)
    {
        begins.TryFormat(_digits, out _, "D20", CultureInfo.InvariantCulture);
        RandomAccess.Write(_file.SafeFileHandle, _digits, CountAt);
    }

    public void Dispose() => _file.Dispose();

    private (string Identity, long Begins)? Read()
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (RandomAccess.Read(_file.SafeFileHandle, bytes, 0) < Length
            || !long.TryParse(bytes.Slice(CountAt, CountDigits), NumberStyles.None, CultureInfo.InvariantCulture, out var begins))
        {
            return null;
        }

        return (Encoding.ASCII.GetString(bytes.Slice(IdentityAt, IdentityLength)), begins);
    }

    private void Write(string identity, long begins)
    {
        var text = $"{Title.PadRight(IdentityAt - 1)}\n{identity}\n{begins.ToString("D20", CultureInfo.InvariantCulture)}\n";
        RandomAccess.Write(_file.SafeFileHandle, Encoding.ASCII.GetBytes(text), 0);
        RandomAccess.FlushToDisk(_file.SafeFileHandle);
    }
}
