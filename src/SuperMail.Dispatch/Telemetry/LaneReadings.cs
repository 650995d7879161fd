using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace SuperMail.Dispatch.Telemetry;

/// <summary>How a lane stands, for the gauges.</summary>
/// <param name="Dispatcher">The dispatcher's name; empty for the default one.</param>
/// <param name="Lane">The lane's name.</param>
/// <param name="Connections">What may be open at once.</param>
/// <param name="MessagesPerMinute">0 = no limit.</param>
/// <param name="MessagesPerConnection">What the relay was found to take; 0 = no limit known.</param>
internal readonly record struct LaneReading(string Dispatcher, string Lane, int Connections, int MessagesPerMinute, int MessagesPerConnection);

/// <summary>Whom the gauges ask: every engine that runs in this process.</summary>
internal static class LaneReadings
{
    private static readonly ConcurrentDictionary<Source, byte> Sources = [];

    /// <summary>Asked from now on, until the result is disposed.</summary>
    public static IDisposable Add(Func<IEnumerable<LaneReading>> readings)
    {
        var source = new Source(readings);
        Sources.TryAdd(source, 0);
        return source;
    }

    public static IEnumerable<Measurement<long>> Of(Func<LaneReading, long> value) =>
        from source in Sources.Keys
        from reading in source.Readings()
        select new Measurement<long>(
            value(reading), new KeyValuePair<string, object?>("dispatcher", reading.Dispatcher), new KeyValuePair<string, object?>("lane", reading.Lane));

    private sealed class Source(Func<IEnumerable<LaneReading>> readings) : IDisposable
    {
        public Func<IEnumerable<LaneReading>> Readings { get; } = readings;

        public void Dispose() => Sources.TryRemove(this, out _);
    }
}
