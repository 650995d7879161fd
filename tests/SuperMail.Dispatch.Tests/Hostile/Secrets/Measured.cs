using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace SuperMail.Dispatch.Tests.Hostile.Secrets;

/// <summary>Every tag of the library's meter and activities while it lives; other tests' too, which hold no canary.</summary>
internal sealed class Measured : IDisposable
{
    private readonly MeterListener _meters = new();
    private readonly ActivityListener _activities;

    public Measured()
    {
        _meters.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "SuperMail.Dispatch")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<long>((i, _, tags, _) => Note(i.Name, tags));
        _meters.SetMeasurementEventCallback<double>((i, _, tags, _) => Note(i.Name, tags));
        _meters.Start();
        _activities = new ActivityListener
        {
            ShouldListenTo = static s => s.Name == "SuperMail.Dispatch",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = a => Tags.Enqueue($"{a.DisplayName} {a.StatusDescription} {string.Join(' ', a.TagObjects)} {string.Join(' ', a.Events.SelectMany(static e => e.Tags))}"),
        };
        ActivitySource.AddActivityListener(_activities);
    }

    public ConcurrentQueue<string> Tags { get; } = [];

    public void Dispose()
    {
        _meters.Dispose();
        _activities.Dispose();
    }

    private void Note(string name, ReadOnlySpan<KeyValuePair<string, object?>> tags) => Tags.Enqueue($"{name} {string.Join(' ', tags.ToArray())}");
}
