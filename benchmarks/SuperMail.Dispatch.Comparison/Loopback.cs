using System.Globalization;
using System.Text;

namespace SuperMail.Dispatch.Comparison;

/// <summary>
/// Over loopback, A B A B: the library with 20 messages a connection, personalised, against smtp-source, which is C,
/// never reconnects and sends the same message to all: once its own plain text, once one of ours.
/// </summary>
internal static class Loopback
{
    private const int Connections = 5;

    public static async Task<int> RunAsync(int messages, int rounds)
    {
        var sample = await SampleMailing.ComposeOneAsync();
        var file = Path.GetTempFileName();
        try
        {
            // smtp-source ends every line itself.
            await File.WriteAllTextAsync(file, sample.ReplaceLineEndings("\n"));
            return await CompareAsync(messages, rounds, Encoding.UTF8.GetByteCount(sample), file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<int> CompareAsync(int messages, int rounds, int size, string file)
    {
        (string Name, int Times, Func<int, Task<Measurement>> Send)[] senders =
        [
            ("SuperMail.Dispatch", LibrarySender.Mailings, port => LibrarySender.RunAsync(port, messages)),
            ("smtp-source", 1, port => SourceAsync(port, messages, ["-l", "2048"])),
            ("smtp-source -F", 1, port => SourceAsync(port, messages, ["-F", file])),
        ];
        Console.WriteLine($"{messages} messages of {size} bytes, {Connections} connections, {rounds} rounds, {Environment.ProcessorCount} processors");
        var all = senders.ToDictionary(sender => sender.Name, _ => new List<Measurement>());
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var (name, times, send) in senders)
            {
                await using var sink = await Sink.StartAsync();
                var measured = await send(sink.Port);
                if (!await sink.HasCountedAsync(messages * times))
                {
                    Console.Error.WriteLine($"{name}: the sink counted {sink.Messages} of {messages * times} messages, so its speed means nothing.");
                    return 1;
                }

                all[name].Add(measured);
                Console.WriteLine($"round {round}  {measured.Line(name, messages)}  (sink counted {sink.Messages}{(times > 1 ? $": {times} mailings, the last one measured" : "")})");
            }
        }

        foreach (var (name, measured) in all)
        {
            var rates = measured.Select(m => m.Rate(messages)).ToArray();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"median   {name,-24} {Measurement.Median(rates),8:F0} msg/s ({rates.Min():F0} to {rates.Max():F0}) {Measurement.Median(measured.Select(m => m.CpuPerMessage(messages))),6:F1} µs CPU/msg"));
        }

        // The fair peer is the one with the same bytes.
        double Rate(string name) => Measurement.Median(all[name].Select(m => m.Rate(messages)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratio loopback smtp-source {Rate("SuperMail.Dispatch") / Rate("smtp-source -F"):F2}"));
        return 0;
    }

    private static async Task<Measurement> SourceAsync(int port, int messages, string[] content)
    {
        var (_, elapsed, cpu) = await Tool.RunAsync(
            "smtp-source",
            ["-s", $"{Connections}", "-m", $"{messages}", "-d", .. content, "-f", "news@sender.test", "-t", "reader@private.test", $"127.0.0.1:{port}"]);
        return new Measurement(elapsed, cpu);
    }
}
