namespace SuperMail.Dispatch.Ledgers;

/// <summary>Reads the blob of a slice in position order. Raw messages point into the blob; only texts are allocated.</summary>
/// <remarks>An empty blob, whose recipients are no longer kept, reads as blanks. The caller knows the slice's count.</remarks>
internal struct SliceReader
{
    private readonly ReadOnlyMemory<byte> _data;
    private int _offset;
    private long _blanks;

    /// <exception cref="NotSupportedException">A newer version wrote it.</exception>
    public SliceReader(ReadOnlyMemory<byte> data)
    {
        _data = data;
        if (data.IsEmpty)
        {
            _blanks = long.MaxValue;
            return;
        }

        if (data.Span[0] != SliceFormat.Version)
        {
            throw data.Span[0] > SliceFormat.Version
                ? new NotSupportedException(
                    $"A slice was written in format {data.Span[0]} by a newer SuperMail.Dispatch; this one reads format {SliceFormat.Version}. Run the newer version on this ledger.")
                : BlobReader.Corrupt("a slice has no format");
        }

        _offset = 1;
    }

    /// <summary>The position that the next <see cref="TryRead"/> gives.</summary>
    public int Position { get; private set; }

    /// <summary>False for a blank.</summary>
    /// <exception cref="InvalidDataException">The data is damaged, or ends before this position.</exception>
    public bool TryRead(out StoredRecipient recipient)
    {
        recipient = default;
        var reader = new BlobReader(_data.Span, _offset);
        if (!NextRecord(ref reader, out var flags))
        {
            return false;
        }

        var address = reader.Text();
        var displayName = (flags & SliceRecord.DisplayName) != 0 ? reader.Text() : null;
        string?[] values = [];
        if ((flags & SliceRecord.Values) != 0)
        {
            values = new string?[reader.Count()];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = reader.Text();
            }
        }

        recipient = new StoredRecipient
        {
            Address = address,
            DisplayName = displayName,
            Values = values,
            Raw = (flags & SliceRecord.Raw) != 0 ? _data[reader.Bytes()] : default,
            PreJudged = (flags & SliceRecord.PreJudged) != 0 ? OutcomeCode.FromUInt16((ushort)reader.Number()) : default,
            Reason = (flags & SliceRecord.Reason) != 0 ? reader.Text() : null,
            Attempts = (flags & SliceRecord.History) != 0 ? reader.Int32() : 0,
            FirstReply = (flags & SliceRecord.History) != 0 ? reader.Signed() : 0,
            SenderRefusals = (flags & SliceRecord.History) != 0 ? reader.Int32() : 0,
        };
        _offset = reader.Offset;
        Position++;
        return true;
    }

    public void Skip(int count)
    {
        while (count > 0)
        {
            if (_blanks > 0)
            {
                var run = (int)Math.Min(_blanks, count);
                _blanks -= run;
                Position += run;
                count -= run;
                continue;
            }

            var reader = new BlobReader(_data.Span, _offset);
            count--;
            if (NextRecord(ref reader, out var flags))
            {
                SkipRecord(ref reader, flags);
                _offset = reader.Offset;
                Position++;
            }
        }
    }

    /// <summary>Takes one blank, or stands behind the flags of a record.</summary>
    private bool NextRecord(ref BlobReader reader, out SliceRecord flags)
    {
        flags = SliceRecord.Blanks;
        if (_blanks == 0)
        {
            flags = (SliceRecord)reader.Byte();
            if (flags != SliceRecord.Blanks)
            {
                return SliceFormat.IsRecord(flags) ? true : throw BlobReader.Corrupt("a recipient has unknown flags");
            }

            _blanks = 1 + (long)Math.Min(reader.Number(), int.MaxValue);
            _offset = reader.Offset;
        }

        _blanks--;
        Position++;
        return false;
    }

    private static void SkipRecord(ref BlobReader reader, SliceRecord flags)
    {
        reader.SkipText();
        if ((flags & SliceRecord.DisplayName) != 0)
        {
            reader.SkipText();
        }

        if ((flags & SliceRecord.Values) != 0)
        {
            for (var left = reader.Count(); left > 0; left--)
            {
                reader.SkipText();
            }
        }

        if ((flags & SliceRecord.Raw) != 0)
        {
            reader.Bytes();
        }

        if ((flags & SliceRecord.PreJudged) != 0)
        {
            reader.Number();
        }

        if ((flags & SliceRecord.Reason) != 0)
        {
            reader.SkipText();
        }

        if ((flags & SliceRecord.History) != 0)
        {
            reader.Int32();
            reader.Signed();
            reader.Int32();
        }
    }
}
