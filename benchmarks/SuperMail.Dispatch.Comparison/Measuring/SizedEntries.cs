using SuperMail.Dispatch.Testing;

namespace SuperMail.Dispatch.Comparison;

/// <summary>Entries whose messages have the same size on the wire.</summary>
/// <param name="Entries">The entries, padded.</param>
/// <param name="Size">Octets of content, in the smallest of them.</param>
internal sealed record SizedEntries(IReadOnlyList<Entry> Entries, int Size)
{
    // A pad cannot be of one octet, since it ends with CRLF; that is as near as it gets.
    private const int Near = 2;
    private const int Tries = 5;

    /// <summary>
    /// Senders write different headers and boundaries for the same mail. Each sends one message to a server that keeps
    /// it, and gets as much more text as it lacks.
    /// </summary>
    /// <param name="entries">Who is to be brought to one size.</param>
    /// <param name="least">The size in octets, unless somebody's message is larger from the start.</param>
    public static async Task<SizedEntries> AlignAsync(IReadOnlyList<Entry> entries, int least = 2048)
    {
        const int Step = 256;
        List<int> plain = [];
        foreach (var (sender, job) in entries)
        {
            plain.Add((await ReceiveOneAsync(sender, job)).Length);
        }

        var target = Math.Max(least, (plain.Max() + Step) / Step * Step);
        List<Entry> aligned = [];
        var smallest = int.MaxValue;
        for (var i = 0; i < entries.Count; i++)
        {
            var (sender, job) = entries[i];
            var (pad, size, padded) = (target - plain[i], 0, job);
            for (var tries = 0; tries < Tries && Math.Abs(target - size) > Near; tries++)
            {
                pad += size == 0 ? 0 : target - size;
                padded = job.Padded(pad);
                size = (await ReceiveOneAsync(sender, padded)).Length;
            }

            if (Math.Abs(target - size) > Near)
            {
                throw new InvalidOperationException($"{sender.Name} cannot be brought to {target} bytes a message; it sends {size}.");
            }

            aligned.Add(new Entry(sender, padded));
            smallest = Math.Min(smallest, size);
        }

        return new SizedEntries(aligned, smallest);
    }

    /// <summary>One message of this sender, as a server receives it.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReceiveOneAsync(Sender sender, Job job)
    {
        await using var server = SmtpTestServer.Start(static options => options.KeepLog = false);
        await sender.SendAsync(job with { Port = server.Port, Messages = 1, Mailings = 1, Authority = null, LedgerPath = null });
        return server.Messages.Single().Content;
    }
}
