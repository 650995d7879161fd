using System.Security.Cryptography;

namespace SuperMail.Dispatch.Ledgers;

/// <summary>
/// The hash (SHA-256) over all recipients of a mailing in order, so that a repeated call can be seen to bring the
/// same ones. It goes over what the caller gave, not over what we judged of it.
/// </summary>
internal sealed class RunningHash : IDisposable
{
    private const int FlushAt = 8192;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly BlobWriter _pending = new();

    public void Add(in StoredRecipient recipient)
    {
        // Every field stands with its length, so that no two lists of recipients give the same bytes.
        SliceWriter.WriteGiven(_pending, recipient, SliceRecord.DisplayName | SliceRecord.Values | SliceRecord.Raw);
        if (_pending.Length >= FlushAt)
        {
            Flush();
        }
    }

    /// <summary>The hash now; adding may go on.</summary>
    public ReadOnlyMemory<byte> Current()
    {
        Flush();
        return _hash.GetCurrentHash();
    }

    public void Dispose()
    {
        _pending.Clear();
        _hash.Dispose();
    }

    private void Flush()
    {
        _hash.AppendData(_pending.Written);
        _pending.Rewind();
    }
}
