using System.Text.Json;
using System.Xml;
using SuperMail.Dispatch.SmsGateways.Http;

namespace SuperMail.Dispatch.SmsGateways.Sending;

/// <summary>Every gateway of this package: refuses what its provider cannot take, sends the rest in one request, reads the answer.</summary>
internal class HttpGateway : ISmsGateway
{
    private readonly IProviderDialect _dialect;
    private readonly HttpExchange _exchange;
    private readonly ProviderWords _words;
    private readonly SmsModuleContext _context;

    public HttpGateway(string name, IProviderDialect dialect, HttpExchange exchange, ProviderWords words, SmsModuleContext context)
    {
        (Name, _dialect, _exchange, _words, _context) = (name, dialect, exchange, words, context);
    }

    public string Name { get; }

    public SmsGatewayCapabilities Capabilities => _dialect.Capabilities;

    public async Task<IReadOnlyList<SmsSendResult>> SendAsync(IReadOnlyList<SmsMessage> messages, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        if (messages.Count > Capabilities.MaxBatch)
        {
            throw new ArgumentException($"Gateway {Name} takes {Capabilities.MaxBatch} messages at once, not {messages.Count}.", nameof(messages));
        }

        var results = new SmsSendResult[messages.Count];
        var (offered, places) = (new List<OutgoingSms>(messages.Count), new List<int>(messages.Count));
        for (var i = 0; i < messages.Count; i++)
        {
            if (MessageRules.Read(messages[i], _dialect, out var outgoing) is { } fault)
            {
                results[i] = SmsSendResult.Rejected(messages[i], fault.Class, fault.Code, fault.Text);
            }
            else
            {
                offered.Add(outgoing!);
                places.Add(i);
            }
        }

        if (offered.Count > 0)
        {
            var sent = await OfferAsync(offered, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < places.Count; i++)
            {
                results[places[i]] = sent[i];
            }
        }

        return results;
    }

    /// <summary>The gateway and its configuration's module, without values.</summary>
    public override string ToString() => Name;

    private async Task<BatchResults> OfferAsync(IReadOnlyList<OutgoingSms> messages, CancellationToken cancellationToken)
    {
        BatchResults results;
        switch (await _exchange.SendAsync(() => _dialect.Write(messages), cancellationToken).ConfigureAwait(false))
        {
            case ExchangeResult.Answered { Answer: var answer }:
                results = new BatchResults(messages, _words, answer.RetryAfter);
                Read(answer, results);
                break;
            case ExchangeResult.NotSent notSent:
                results = new BatchResults(messages, _words);
                results.RefuseRest(new ProviderFault(notSent.Class, Text: notSent.Why));
                break;
            case ExchangeResult.Lost lost:
                results = new BatchResults(messages, _words);
                results.RefuseRest(new ProviderFault(lost.Class, Text: lost.Why) { Outcome = SmsOutcome.Unknown });
                break;
            default:
                throw new InvalidOperationException("An exchange has three ends.");
        }

        return results;
    }

    private void Read(HttpAnswer answer, BatchResults results)
    {
        // A redirect's body is not the provider's word, and 429 is the same for all, whatever the body says.
        if (answer.IsWhole && (int)answer.Status is not ((>= 300 and < 400) or 429))
        {
            try
            {
                _dialect.Read(answer, results);
            }
            catch (Exception fault) when (fault is JsonException or XmlException or FormatException or InvalidOperationException or OverflowException)
            {
                // Whatever the provider's body is, it is not the documented one. What was read before stands.
            }
        }

        if (results.HasOpen)
        {
            SmsGatewayLog.Unreadable(_context.Log, Name, (int)answer.Status, answer.Body.Length);
            results.RefuseRest(StatusRules.Fault(answer));
        }
    }
}
