using FsCheck;
using FsCheck.Fluent;
using SuperMail.Dispatch.Ledgers;
using Xunit;

namespace SuperMail.Dispatch.Tests.Ledgers.Codecs;

public sealed class SliceCodecTests
{
    [Fact]
    public void What_is_written_is_read_back()
    {
        var writer = new SliceWriter();
        Prop.ForAll(Arbitrary.Slice, slice =>
        {
            var reader = new SliceReader(Arbitrary.Encode(writer, slice));
            return slice.All(expected => Arbitrary.Same(expected, reader.TryRead(out var found) ? found : null))
                && reader.Position == slice.Length;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Skipping_comes_to_the_same_place_as_reading()
    {
        var writer = new SliceWriter();
        Prop.ForAll(Arbitrary.Slice, Gen.Choose(0, 20).ToArbitrary(), Gen.Choose(0, 20).ToArbitrary(), (slice, first, second) =>
        {
            var skips = new[] { Math.Min(first, slice.Length), Math.Min(second, slice.Length - Math.Min(first, slice.Length)) };
            var reader = new SliceReader(Arbitrary.Encode(writer, slice));
            foreach (var skip in skips)
            {
                reader.Skip(skip);
            }

            return reader.Position == skips.Sum()
                && slice.Skip(skips.Sum()).All(expected => Arbitrary.Same(expected, reader.TryRead(out var found) ? found : null));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Damaged_data_is_named_and_neither_loops_nor_allocates_without_bound()
    {
        var writer = new SliceWriter();
        Prop.ForAll(Arbitrary.Slice, ArbMap.Default.ArbFor<int>(), ArbMap.Default.ArbFor<byte>(), (slice, where, what) =>
        {
            var blob = Arbitrary.Encode(writer, slice).ToArray();
            if (blob.Length < 2)
            {
                return true;
            }

            blob[1 + (int)((uint)where % (uint)(blob.Length - 1))] = what;
            var cut = blob.AsMemory(0, 1 + (int)((uint)where % (uint)blob.Length));
            return ReadsOrRefuses(blob, slice.Length) && ReadsOrRefuses(cut, slice.Length);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_length_beyond_the_end_is_refused_before_anything_is_allocated()
    {
        // A value count of 2^35 behind a present record with a null address.
        byte[] blob = [SliceFormat.Version, (byte)(SliceRecord.Present | SliceRecord.Values), 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01];
        Assert.Throws<InvalidDataException>(() => new SliceReader(blob).TryRead(out _));
    }

    [Fact]
    public void Reading_behind_the_last_recipient_is_refused()
    {
        var writer = new SliceWriter();
        writer.Add(new StoredRecipient { Address = "a@b.c", Values = [] });
        var reader = new SliceReader(writer.Finish());
        Assert.True(reader.TryRead(out _));
        Assert.Throws<InvalidDataException>(() => reader.TryRead(out _));
    }

    [Fact]
    public void A_slice_whose_data_is_no_longer_kept_reads_as_blanks()
    {
        var reader = new SliceReader(default);
        reader.Skip(499);
        Assert.False(reader.TryRead(out _));
        Assert.Equal(500, reader.Position);
    }

    [Fact]
    public void A_run_of_blanks_costs_three_bytes_at_most()
    {
        var writer = new SliceWriter();
        for (var i = 0; i < 500; i++)
        {
            writer.AddBlank();
        }

        Assert.Equal(500, writer.Count);
        Assert.Equal(4, writer.Finish().Length);
        Assert.Equal(0, writer.Count);
    }

    [Fact]
    public void A_newer_format_is_refused_by_name()
    {
        var fault = Assert.Throws<NotSupportedException>(() => new SliceReader(new byte[] { 2, 0, 0 }));
        Assert.Contains("format 2", fault.Message, StringComparison.Ordinal);
    }

    private static bool ReadsOrRefuses(ReadOnlyMemory<byte> blob, int count)
    {
        try
        {
            var reader = new SliceReader(blob);
            for (var i = 0; i < count; i++)
            {
                reader.TryRead(out _);
            }
        }
        catch (InvalidDataException)
        {
        }

        try
        {
            new SliceReader(blob).Skip(count);
        }
        catch (InvalidDataException)
        {
        }

        return true;
    }
}
