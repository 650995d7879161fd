using System.Collections.Frozen;

namespace SuperMail.Dispatch.SmsGateways.Sending;

/// <summary>A provider's error codes and what each means to us.</summary>
internal sealed class ErrorCodes
{
    private readonly FrozenDictionary<string, SmsErrorClass> _classes;

    public ErrorCodes(params IEnumerable<(SmsErrorClass Class, string[] Codes)> rows) =>
        _classes = rows.SelectMany(static r => r.Codes.Select(code => KeyValuePair.Create(code, r.Class))).ToFrozenDictionary();

    /// <summary>
    /// The fault of a code. One that the table lacks was refused for a reason that we do not know: it is tried again by
    /// the schedule, which costs nothing since it was surely not taken.
    /// </summary>
    public ProviderFault Fault(string? code, string? text) =>
        new(code is null ? SmsErrorClass.Temporary : _classes.GetValueOrDefault(code, SmsErrorClass.Temporary), code, text);
}
