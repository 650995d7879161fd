using System.Globalization;

namespace SuperMail.Dispatch.CrashTests;

/// <summary>What is broken on purpose, to see that the judge notices.</summary>
internal enum Sabotage
{
    None = 0,

    /// <summary>The sink takes some messages and forgets them: they are lost.</summary>
    ForgetfulSink,

    /// <summary>The ledger hears that some messages were not sent although they were: they come twice.</summary>
    LostOutcomes,

    /// <summary>Begun windows are called in doubt as a whole: more than the bound.</summary>
    WideDoubt,
}

/// <summary>The command line; the judge hands its own on to the processes that it starts.</summary>
internal sealed record CrashOptions
{
    public const string Usage = """
        usage: SuperMail.Dispatch.CrashTests [--kills 20] [options]         kill -9 at random moments
               SuperMail.Dispatch.CrashTests --fault-points [options]       kill -9 at named places

          --policy Hold|Resend             what happens to recipients in doubt (Hold)
          --durability PowerLoss|ProcessCrash   of the SQLite ledger (PowerLoss)
          --seed S                         of the moments (random, and printed)
          --recipients R                   (20000; with --fault-points 4000)
          --connections C                  (16; 4)
          --window W                       recipients begun at once (20; 5)
          --pipelining Standard|Deep|Off   (Standard)
          --depth D                        messages of a flight in Deep (16)
          --transfer Bdat|Data             (Bdat)
          --recorder on|off                the recorder beside the ledger (on)
          --pace MS                        how long the sink takes for a message (5)
          --rounds N                       of --fault-points: kills at each point (5)
          --sabotage ForgetfulSink|LostOutcomes|WideDoubt   proves that the judge can fail
        """;

    private readonly Dictionary<string, string> _given;

    private CrashOptions(Dictionary<string, string> given) => _given = given;

    public int Kills => Number("kills", 20);

    public InDoubtPolicy Policy => Choice("policy", InDoubtPolicy.Hold);

    public LedgerDurability Durability => Choice("durability", LedgerDurability.PowerLoss);

    public int Seed => Number("seed", 0);

    public int Recipients => Number("recipients", FaultPoints ? 4000 : 20_000);

    public int Connections => Number("connections", FaultPoints ? 4 : 16);

    public int Window => Number("window", FaultPoints ? 5 : 20);

    public SmtpPipelining Pipelining => Choice("pipelining", SmtpPipelining.Standard);

    /// <summary>Messages of a flight in Deep.</summary>
    public int Depth => Number("depth", 16);

    public Transfer Transfer => Choice("transfer", Transfer.Bdat);

    public bool Recorder => Text("recorder", "on") == "on";

    public TimeSpan Pace => TimeSpan.FromMilliseconds(Number("pace", 5));

    public int Rounds => Number("rounds", 5);

    /// <summary>
    /// Windows that one connection carries. Where begun windows bound the doubt, one: then no window is begun ahead.
    /// </summary>
    public int WindowsPerTurn => Recorder ? 3 : 1;

    /// <summary>Recipients of one connection that a kill may leave in doubt.</summary>
    public int MostInDoubt => !Recorder ? Window : Pipelining is SmtpPipelining.Deep ? Depth : 1;

    public Sabotage Sabotage => Choice("sabotage", Sabotage.None);

    public bool FaultPoints => _given.ContainsKey("fault-points");

    /// <summary>Octets of an attachment; more than a flight's block makes contents leave in several writes.</summary>
    public int Attachment => Number("attachment", FaultPoints ? 100_000 : 0);

    /// <summary>The sink refuses some recipients for now, at RCPT and at the end of data.</summary>
    public bool Refusals => FaultPoints;

    /// <summary>Where ledger and log stand; set by the judge.</summary>
    public string Folder => Text("folder", "");

    /// <summary>The sink's port; set by the judge.</summary>
    public int Port => Number("port", 0);

    /// <summary>The place at which the sender ends itself, or null; set by the judge.</summary>
    public string? DieAt => _given.GetValueOrDefault("die-at");

    /// <summary>At which visit of that place, from 1.</summary>
    public int Visit => Number("visit", 1);

    public string LedgerPath => Path.Combine(Folder, "mailings.db");

    public string LogPath => Path.Combine(Folder, "sink.log");

    public static CrashOptions Parse(string[] args)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Length; i++)
        {
            var name = args[i].StartsWith("--", StringComparison.Ordinal)
                ? args[i][2..]
                : throw new ArgumentException($"'{args[i]}' is no option.");
            given[name] = i + 1 < args.Length && !args[i + 1].StartsWith("--", StringComparison.Ordinal) ? args[++i] : "";
        }

        return new CrashOptions(given);
    }

    public CrashOptions With(string name, string value) =>
        new(new Dictionary<string, string>(_given, StringComparer.Ordinal) { [name] = value });

    public CrashOptions With(string name, int value) => With(name, value.ToString(CultureInfo.InvariantCulture));

    public string[] ToArguments() => [.. _given.SelectMany(static o => o.Value.Length == 0 ? new[] { $"--{o.Key}" } : [$"--{o.Key}", o.Value])];

    private string Text(string name, string otherwise) => _given.GetValueOrDefault(name, otherwise);

    private int Number(string name, int otherwise) =>
        !_given.TryGetValue(name, out var text) ? otherwise
        : int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number
        : throw new ArgumentException($"--{name} is '{text}'; it must be a number.");

    private TChoice Choice<TChoice>(string name, TChoice otherwise)
        where TChoice : struct, Enum =>
        !_given.TryGetValue(name, out var text) ? otherwise
        : Enum.TryParse<TChoice>(text, out var choice) ? choice
        : throw new ArgumentException($"--{name} is '{text}'; it must be one of {string.Join(", ", Enum.GetNames<TChoice>())}.");
}

/// <summary>How contents are transferred.</summary>
internal enum Transfer
{
    /// <summary>The sink offers CHUNKING (RFC 3030).</summary>
    Bdat = 0,

    /// <summary>It does not.</summary>
    Data,
}
