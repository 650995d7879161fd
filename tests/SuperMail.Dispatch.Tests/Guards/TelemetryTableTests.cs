using System.Diagnostics.Metrics;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Sqlite;
using SuperMail.Dispatch.Telemetry;
using Xunit;

namespace SuperMail.Dispatch.Tests.Guards;

/// <summary>docs/telemetry.md: <c>| `metric.name` | kind | unit | tags |</c> and <c>| id | level | sentence |</c>, against the code.</summary>
public partial class TelemetryTableTests
{
    private static readonly string[] Document = File.ReadAllLines(Repository.PathOf("docs", "telemetry.md"));

    private static readonly LoggerMessageAttribute[] Events =
    [
        .. typeof(DispatchLog).GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Concat(typeof(SqliteLedgerLog).GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(static m => m.GetCustomAttribute<LoggerMessageAttribute>()).OfType<LoggerMessageAttribute>().OrderBy(static e => e.EventId),
    ];

    [Fact]
    public void Every_metric_stands_in_the_table_with_its_kind_and_unit_and_the_table_names_no_other()
    {
        var described = Rows().Select(static r => MetricRow().Match(r)).Where(static m => m.Success)
            .Select(static m => $"{m.Groups["name"].Value} | {m.Groups["kind"].Value.Trim().ToLowerInvariant()} | {m.Groups["unit"].Value.Trim().Trim('`')}");
        var present = Instruments().Select(static i => $"{i.Name} | {KindOf(i)} | {i.Unit}").ToArray();
        Assert.NotEmpty(present);
        AssertSame(present, described);
    }

    [Fact]
    public void Every_log_event_stands_in_the_table_with_its_level_and_sentence_and_the_table_names_no_other()
    {
        var described = Rows().Select(static r => EventRow().Match(r)).Where(static m => m.Success)
            .Select(static m => $"{m.Groups["id"].Value} | {m.Groups["level"].Value.Trim()} | {m.Groups["sentence"].Value.Trim().Trim('`')}");
        var present = Events.Select(static e => string.Create(CultureInfo.InvariantCulture, $"{e.EventId} | {e.Level} | {e.Message}")).ToArray();
        Assert.NotEmpty(present);
        AssertSame(present, described);
    }

    [Fact]
    public void Event_ids_are_unique() =>
        Assert.Empty(Events.GroupBy(static e => e.EventId).Where(static g => g.Count() > 1).Select(static g => g.Key));

    [Fact]
    public void Every_instrument_says_what_it_counts() =>
        Assert.All(Instruments(), static i => Assert.False(string.IsNullOrWhiteSpace(i.Description), i.Name));

    private static IEnumerable<string> Rows() => Document.Where(static l => l.TrimStart().StartsWith('|'));

    private static List<Instrument> Instruments()
    {
        var found = new List<Instrument>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter == DispatchMeter.Meter)
                {
                    found.Add(instrument);
                }
            },
        };
        RuntimeHelpers.RunClassConstructor(typeof(DispatchMeter).TypeHandle);
        listener.Start();
        return found;
    }

    private static string KindOf(Instrument instrument) => instrument switch
    {
        Counter<long> => "counter",
        UpDownCounter<long> => "up-down counter",
        Histogram<double> => "histogram",
        ObservableGauge<long> => "observable gauge",
        _ => instrument.GetType().Name,
    };

    private static void AssertSame(IEnumerable<string> code, IEnumerable<string> document)
    {
        string[] missing = [.. code.Except(document).Select(static l => $"not in docs/telemetry.md: {l}")];
        string[] surplus = [.. document.Except(code).Select(static l => $"only in docs/telemetry.md: {l}")];
        Assert.True(missing.Length + surplus.Length == 0, string.Join('\n', missing.Concat(surplus)));
    }

    [GeneratedRegex(@"^\s*\|\s*`(?<name>supermail[\w.]+)`\s*\|(?<kind>[^|]+)\|(?<unit>[^|]+)\|")]
    private static partial Regex MetricRow();

    [GeneratedRegex(@"^\s*\|\s*(?<id>\d+)\s*\|(?<level>[^|]+)\|(?<sentence>[^|]+)\|")]
    private static partial Regex EventRow();
}
