using System.Globalization;
using SuperMail.Dispatch.Comparison;

// Senders side by side in one run, against the same sink. No figure is a target by itself; the last lines are ratios.
const string Usage = """
    usage: dotnet run -c Release --project benchmarks/SuperMail.Dispatch.Comparison -- CASE [--messages 20000] [--rounds 3]

      loopback   the library against smtp-source, both towards smtp-sink on this machine
      ledger     the SQLite ledger: alone, against the in-memory one over smtp-sink, with --recipients (1000000) enqueued
      recorder   what the recorder beside the SQLite ledger costs a message
    """;

string? Text(string name) => Array.IndexOf(args, name) is >= 0 and var at ? args[at + 1] : null;

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
    case "ledger" when Tool.FindMissing("smtp-sink") is { } missing:
        Console.Error.WriteLine($"{missing} is not installed. It is part of Postfix: apt-get install postfix (Debian, Ubuntu); no mail system need be set up.");
        return 2;
    case "ledger":
        return await LedgerCase.RunAsync(Number("--messages", 20_000), Number("--rounds", 3), Number("--recipients", 1_000_000));
    case LibrarySender.Verb:
        await LibrarySender.SendAsync(Number("--port", 0), Number("--messages", 0), Text("--ledger"));
        return 0;
    case LargeMailing.EnqueueVerb:
        await LargeMailing.EnqueueAsync(Text("--ledger")!, Number("--recipients", 0));
        return 0;
    case LargeMailing.ResumeVerb:
        await LargeMailing.ResumeAsync(Text("--ledger")!);
        return 0;
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}
