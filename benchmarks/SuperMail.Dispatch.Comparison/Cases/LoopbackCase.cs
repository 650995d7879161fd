using System.Text;

namespace SuperMail.Dispatch.Comparison;

/// <summary>No line between sender and sink: what a sender itself costs.</summary>
internal sealed class LoopbackCase : IComparisonCase
{
    public string Name => "loopback";

    public string Purpose => "text and HTML, personalised, to smtp-sink: against smtp-source, nodemailer, System.Net.Mail, aiosmtplib";

    public async Task RunAsync(Bench bench)
    {
        var messages = bench.Pick(20_000, 3_000, 40);

        // At the fourth mailing of 20,000 the runtime still spends more on compiling what runs once a connection than we on sending.
        var warm = new Job { Messages = messages, Mailings = bench.Pick(8, 3, 1) };
        var peer = warm with { Messages = bench.Pick(4_000, 500, 40), Mailings = bench.Pick(2, 2, 1) };
        var sized = await SizedEntries.AlignAsync(await bench.PresentAsync(
            Name,
            new Entry(new LibrarySender(), warm),
            new Entry(new NodemailerSender(), peer),
            new Entry(new SystemNetMailSender(), peer with { Messages = bench.Pick(1_000, 200, 40) }),
            new Entry(new AiosmtplibSender(), peer with { Messages = bench.Pick(2_000, 200, 40) })));

        var sample = Path.GetTempFileName();
        try
        {
            var (library, job) = sized.Entries[0];
            var message = Encoding.UTF8.GetString((await SizedEntries.ReceiveOneAsync(library, job)).Span);
            await File.WriteAllTextAsync(sample, message.ReplaceLineEndings("\n"));
            var source = await bench.PresentAsync(
                Name, new Entry(new SmtpSourceSender(sample), new Job { Messages = messages, PerConnection = messages }));
            sized = sized with { Entries = [.. sized.Entries, .. source] };
            if (await bench.CompareAsync(Name, sized, SmtpSink.OpenAsync) is [var ours, .. var peers])
            {
                foreach (var other in peers)
                {
                    bench.SayRatio(Name, other.Sender.Name, ours.Rate / other.Rate);
                    bench.SayRatio($"{Name}-cpu", other.Sender.Name, other.Cpu / ours.Cpu);
                }

                Bench.Say("  smtp-source sends one message to all, never reconnects and personalises nothing; the others do all three.");
            }
        }
        finally
        {
            File.Delete(sample);
        }
    }
}
