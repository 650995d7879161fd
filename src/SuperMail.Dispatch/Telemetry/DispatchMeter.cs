using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace SuperMail.Dispatch.Telemetry;

/// <summary>The numbers that the library gives out; docs/telemetry.md lists them and a test compares.</summary>
internal static class DispatchMeter
{
    public const string Name = "SuperMail.Dispatch";

    public static readonly Meter Meter = new(Name);

    public static readonly Counter<long> Messages = Meter.CreateCounter<long>(
        "supermail.dispatch.messages", "{message}", "Verdicts on messages, by outcome (sent, failed, retry, not_sent, in_doubt).");

    public static readonly Counter<long> Connections = Meter.CreateCounter<long>(
        "supermail.dispatch.smtp.connections", "{connection}", "Connections opened, by result (ok or error.type).");

    public static readonly UpDownCounter<long> OpenConnections = Meter.CreateUpDownCounter<long>(
        "supermail.dispatch.smtp.connections.open", "{connection}", "Connections open now.");

    public static readonly Counter<long> SlowDowns = Meter.CreateCounter<long>(
        "supermail.dispatch.slow_downs", "{event}", "Times that a relay or an SMS gateway asked to be left in peace.");

    public static readonly ObservableGauge<long> AllowedConnections = Meter.CreateObservableGauge(
        "supermail.dispatch.connections.allowed", static () => LaneReadings.Of(static r => r.Connections), "{connection}",
        "Connections, or batches of an SMS lane, that may carry messages at once, by dispatcher and lane.");

    public static readonly ObservableGauge<long> RateLimit = Meter.CreateObservableGauge(
        "supermail.dispatch.rate.limit", static () => LaneReadings.Of(static r => r.MessagesPerMinute), "{message}/min",
        "Messages a minute that may leave, 0 = no limit, by dispatcher and lane.");

    public static readonly ObservableGauge<long> ConnectionLimit = Meter.CreateObservableGauge(
        "supermail.dispatch.connection.limit", static () => LaneReadings.Of(static r => r.MessagesPerConnection), "{message}",
        "Messages that the relay was found to take on one connection, 0 = no limit known, by dispatcher and lane.");

    public static readonly Counter<long> Downgrades = Meter.CreateCounter<long>(
        "supermail.dispatch.smtp.downgrades", "{event}", "Times that PIPELINING or CHUNKING was given up for a server, by extension.");

    public static readonly Histogram<double> ConnectDuration = Meter.CreateHistogram<double>(
        "supermail.dispatch.smtp.connect.duration", "s", "From the first packet to a connection that is ready for messages.");

    public static readonly Histogram<double> EndOfDataDuration = Meter.CreateHistogram<double>(
        "supermail.dispatch.smtp.end_of_data.duration", "s", "From the end of data to its reply.");

    public static readonly Counter<long> Mailings = Meter.CreateCounter<long>(
        "supermail.dispatch.mailings", "{mailing}", "Mailings that ended, by state.");

    public static readonly Counter<long> Pauses = Meter.CreateCounter<long>(
        "supermail.dispatch.pauses", "{event}", "Times that the library paused a mailing.");

    public static readonly Counter<long> SmsMessages = Meter.CreateCounter<long>(
        "supermail.dispatch.sms.messages", "{message}", "Results of SMS gateways, by gateway, outcome and, unless it was accepted, error.type.");

    public static readonly Counter<long> SmsSegments = Meter.CreateCounter<long>(
        "supermail.dispatch.sms.segments", "{segment}", "Segments of accepted texts, by gateway.");

    public static readonly Histogram<double> SmsSendDuration = Meter.CreateHistogram<double>(
        "supermail.dispatch.sms.send.duration", "s", "One call of an SMS gateway with its batch, by gateway.");

    public static readonly Counter<long> SmsReceipts = Meter.CreateCounter<long>(
        "supermail.dispatch.sms.receipts", "{receipt}", "Delivery receipts, by what was done with them (recorded, kept, ignored).");

    private static readonly KeyValuePair<string, object?>[] Outcomes =
    [
        new("outcome", "not_sent"), new("outcome", "sent"), new("outcome", "retry"), new("outcome", "failed"), new("outcome", "in_doubt"),
    ];

    /// <summary>Counts a verdict by the number of its kind, so that the hot path makes no string.</summary>
    public static void CountMessage(int kind) => Messages.Add(1, Outcomes[kind]);

    public static void CountSms(string gateway, string outcome, string errorClass)
    {
        var tags = new TagList { { "gateway", gateway }, { "outcome", outcome } };
        if (outcome != "Accepted")
        {
            tags.Add("error.type", errorClass);
        }

        SmsMessages.Add(1, tags);
    }

    public static readonly ActivitySource Activities = new(Name);
}
