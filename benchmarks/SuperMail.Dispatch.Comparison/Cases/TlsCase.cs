namespace SuperMail.Dispatch.Comparison;

/// <summary>STARTTLS, the certificate verified, and a login on every connection: a handshake for each 20 messages.</summary>
internal sealed class TlsCase : IComparisonCase
{
    public string Name => "tls";

    public string Purpose => "STARTTLS and AUTH PLAIN, a handshake for 20 messages, to the embedded server: against nodemailer";

    public async Task RunAsync(Bench bench)
    {
        var job = new Job { Messages = bench.Pick(5_000, 500, 40), Mailings = bench.Pick(3, 2, 1) };
        var sized = await SizedEntries.AlignAsync(await bench.PresentAsync(
            Name,
            new Entry(new LibrarySender(), job),
            new Entry(new NodemailerSender(), job with { Messages = bench.Pick(2_000, 200, 40) })));
        if (await bench.CompareAsync(Name, sized, static () => EmbeddedSink.OpenAsync(secured: true)) is [var ours, .. var peers])
        {
            foreach (var peer in peers)
            {
                bench.SayRatio(Name, peer.Sender.Name, ours.Rate / peer.Rate);
                bench.SayRatio($"{Name}-cpu", peer.Sender.Name, peer.Cpu / ours.Cpu);
            }
        }
    }
}
