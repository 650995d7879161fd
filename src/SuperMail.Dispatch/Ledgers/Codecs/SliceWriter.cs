namespace SuperMail.Dispatch.Ledgers;

/// <summary>Recipients → the blob of a slice. One writer makes slice after slice.</summary>
internal sealed class SliceWriter
{
    private readonly BlobWriter _blob = new();
    private int _blanks;

    /// <summary>Recipients so far.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes so far.</summary>
    public int Length => _blob.Length;

    public void Add(in StoredRecipient recipient)
    {
        Open();
        EndBlanks();
        var flags = SliceRecord.Present
            | (recipient.DisplayName is null ? 0 : SliceRecord.DisplayName)
            | (recipient.Values.Length == 0 ? 0 : SliceRecord.Values)
            | (recipient.Raw.IsEmpty ? 0 : SliceRecord.Raw)
            | (recipient.PreJudged == default ? 0 : SliceRecord.PreJudged)
            | (recipient.Reason is null ? 0 : SliceRecord.Reason)
            | (recipient is { Attempts: 0, FirstReply: 0, SenderRefusals: 0 } ? 0 : SliceRecord.History);
        _blob.Byte((byte)flags);
        WriteGiven(_blob, recipient, flags);
        if ((flags & SliceRecord.PreJudged) != 0)
        {
            _blob.Number(recipient.PreJudged.ToUInt16());
        }

        if ((flags & SliceRecord.Reason) != 0)
        {
            _blob.Text(recipient.Reason);
        }

        if ((flags & SliceRecord.History) != 0)
        {
            _blob.Signed(recipient.Attempts);
            _blob.Signed(recipient.FirstReply);
            _blob.Signed(recipient.SenderRefusals);
        }

        Count++;
    }

    /// <summary>Stands for a recipient whose data is no longer needed, so that positions keep their meaning.</summary>
    public void AddBlank()
    {
        Open();
        _blanks++;
        Count++;
    }

    /// <summary>The blob; the writer is empty afterwards.</summary>
    public ReadOnlyMemory<byte> Finish()
    {
        EndBlanks();
        Count = 0;
        return _blob.Finish();
    }

    /// <summary>What the caller gave of a recipient; also what the running hash goes over.</summary>
    internal static void WriteGiven(BlobWriter blob, in StoredRecipient recipient, SliceRecord flags)
    {
        blob.Text(recipient.Address);
        if ((flags & SliceRecord.DisplayName) != 0)
        {
            blob.Text(recipient.DisplayName);
        }

        if ((flags & SliceRecord.Values) != 0)
        {
            blob.Number((ulong)recipient.Values.Length);
            foreach (var value in recipient.Values)
            {
                blob.Text(value);
            }
        }

        if ((flags & SliceRecord.Raw) != 0)
        {
            blob.Bytes(recipient.Raw.Span);
        }
    }

    private void Open()
    {
        if (Count == 0)
        {
            _blob.Byte(SliceFormat.Version);
        }
    }

    private void EndBlanks()
    {
        if (_blanks > 0)
        {
            _blob.Byte((byte)SliceRecord.Blanks);
            _blob.Number((ulong)(_blanks - 1));
            _blanks = 0;
        }
    }
}
