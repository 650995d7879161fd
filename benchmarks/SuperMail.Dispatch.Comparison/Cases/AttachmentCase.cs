using System.Globalization;

namespace SuperMail.Dispatch.Comparison;

/// <summary>1 MiB to many: what is the same for all should cost once.</summary>
internal sealed class AttachmentCase : IComparisonCase
{
    private const int Octets = 1024 * 1024;

    public string Name => "attachment";

    public string Purpose => "1 MiB to 5,000 recipients, CPU and bytes allocated a message, to smtp-sink: against nodemailer";

    public async Task RunAsync(Bench bench)
    {
        var file = Path.GetTempFileName();
        try
        {
            var bytes = new byte[Octets];
            new Random(1).NextBytes(bytes); // the same in each run, and nothing that compresses or repeats
            await File.WriteAllBytesAsync(file, bytes);
            var job = new Job { Attachment = file, Messages = bench.Pick(5_000, 100, 20), Mailings = bench.Pick(2, 2, 1) };
            var sized = await SizedEntries.AlignAsync(await bench.PresentAsync(
                Name,
                new Entry(new LibrarySender(), job),
                new Entry(new NodemailerSender(), job with { Messages = bench.Pick(500, 40, 20) })));
            if (await bench.CompareAsync(Name, sized, SmtpSink.OpenAsync, bench.Pick(3, 1, 1)) is not [var ours, .. var peers])
            {
                return;
            }

            Bench.Say(string.Create(CultureInfo.InvariantCulture, $"  SuperMail.Dispatch allocated {ours.Allocated:F0} bytes a message"));
            foreach (var peer in peers)
            {
                bench.SayRatio($"{Name}-cpu", peer.Sender.Name, peer.Cpu / ours.Cpu);
                bench.SayRatio(Name, peer.Sender.Name, ours.Rate / peer.Rate);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }
}
