using System.Globalization;
using SuperMail.Dispatch.Comparison;

// Senders side by side in one run, against the same sink. No figure is a target by itself; the last lines are ratios.
const string Usage = """
    usage: dotnet run -c Release --project benchmarks/SuperMail.Dispatch.Comparison -- loopback [--messages 20000] [--rounds 3]
           dotnet run -c Release --project benchmarks/SuperMail.Dispatch.Comparison -- recorder [--rounds 5]

      loopback   the library against smtp-source, both towards smtp-sink on this machine
      recorder   what the recorder beside the SQLite ledger costs a message
    """;

int Number(string name, int otherwise)
{
    var at = Array.IndexOf(args, name);
    return at < 0 ? otherwise : int.Parse(args[at + 1], CultureInfo.InvariantCulture);
}

switch (args.FirstOrDefault())
{
    case "loopback" when Tool.FindMissing("smtp-sink", "smtp-source") is { } missing:
        Console.Error.WriteLine($"{missing} is not installed. It is part of Postfix: apt-get install postfix (Debian, Ubuntu); no mail system need be set up.");
        return 2;
    case "loopback":
        return await Loopback.RunAsync(Number("--messages", 20_000), Number("--rounds", 3));
    case "recorder":
        return RecorderCost.Run(Number("--rounds", 5));
    case LibrarySender.Verb:
        await LibrarySender.SendAsync(Number("--port", 0), Number("--messages", 0));
        return 0;
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}
