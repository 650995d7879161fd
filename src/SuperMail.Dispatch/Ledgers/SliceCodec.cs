namespace SuperMail.Dispatch.Ledgers;

/// <summary>Recipients ↔ the blob of a slice.</summary>
internal sealed class SliceWriter
{
    /// <summary>Recipients so far.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes so far.</summary>
    public int Length => throw new NotSupportedException();

    public void Add(in StoredRecipient recipient) => throw new NotSupportedException();

    /// <summary>Stands for a recipient whose data is no longer needed, so that positions keep their meaning.</summary>
    public void AddBlank() => throw new NotSupportedException();

    /// <summary>The blob; the writer is empty afterwards.</summary>
    public ReadOnlyMemory<byte> Finish() => throw new NotSupportedException();
}

/// <summary>Reads the blob of a slice in position order.</summary>
internal struct SliceReader
{
    public SliceReader(ReadOnlyMemory<byte> data) => throw new NotSupportedException();

    /// <summary>The position that the next <see cref="TryRead"/> gives.</summary>
    public int Position { get; private set; }

    /// <summary>False for a blank.</summary>
    public bool TryRead(out StoredRecipient recipient) => throw new NotSupportedException();

    public void Skip(int count) => throw new NotSupportedException();
}

/// <summary>A mailing's definition ↔ the ledger's blob, with a format version.</summary>
internal static class DefinitionCodec
{
    public static ReadOnlyMemory<byte> Encode(EmailDefinition definition) => throw new NotSupportedException();

    public static EmailDefinition Decode(ReadOnlyMemory<byte> blob) => throw new NotSupportedException();

    /// <summary>A hash over what the caller chose, without id and date, to compare two calls with the same external key.</summary>
    public static ReadOnlyMemory<byte> Hash(EmailDefinition definition) => throw new NotSupportedException();
}

/// <summary>The hash over all recipients of a mailing in order, so that a repeated call can be seen to bring the same ones.</summary>
internal sealed class RunningHash
{
    public void Add(in StoredRecipient recipient) => throw new NotSupportedException();

    /// <summary>The hash now; adding may go on.</summary>
    public ReadOnlyMemory<byte> Current() => throw new NotSupportedException();
}
