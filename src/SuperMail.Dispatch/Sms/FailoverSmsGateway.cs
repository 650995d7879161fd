namespace SuperMail.Dispatch;

/// <summary>
/// Offers to one gateway, and to the next one what the first surely did not take: what it asked to be tried again, and
/// what it refused for reasons of its own account (login, funds, configuration, quota). What was refused for the
/// recipient's sake is refused; what is unknown stays unknown, or it could arrive twice.
/// </summary>
public sealed class FailoverSmsGateway : ISmsGateway
{
    private readonly ISmsGateway[] _gateways;

    /// <summary>Gateways in the order in which they are asked; at least one.</summary>
    public FailoverSmsGateway(params IReadOnlyList<ISmsGateway> gateways)
    {
        ArgumentNullException.ThrowIfNull(gateways);
        if (gateways.Count == 0 || gateways.Any(static g => g is null))
        {
            throw new ArgumentException("At least one gateway is needed, and none may be null.", nameof(gateways));
        }

        _gateways = [.. gateways];
        Name = string.Join('+', _gateways.Select(static g => g.Name));
        Capabilities = Common(_gateways);
    }

    /// <summary>The names of all, joined with plus signs.</summary>
    public string Name { get; }

    /// <summary>What all of them take: nothing may depend on which one is asked.</summary>
    public SmsGatewayCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SmsSendResult>> SendAsync(IReadOnlyList<SmsMessage> messages, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var results = await _gateways[0].SendAsync(messages, cancellationToken).ConfigureAwait(false);
        foreach (var next in _gateways.Skip(1))
        {
            var open = messages.Zip(results).Where(static pair => MayPassOn(pair.Second)).Select(static pair => pair.First).ToList();
            if (open.Count == 0 || cancellationToken.IsCancellationRequested)
            {
                break;
            }

            var again = await next.SendAsync(open, cancellationToken).ConfigureAwait(false);
            results = SmsResults.InOrder(messages, [.. again, .. results]);
        }

        return results;
    }

    private static bool MayPassOn(SmsSendResult result) => result.Outcome switch
    {
        SmsOutcome.Retry => true,
        SmsOutcome.Rejected => result.PausesChannel || result.ErrorClass is SmsErrorClass.Quota,
        _ => false,
    };

    private static SmsGatewayCapabilities Common(ISmsGateway[] gateways)
    {
        var all = gateways.Select(static g => g.Capabilities).ToArray();
        return new SmsGatewayCapabilities
        {
            MaxBatch = all.Min(static c => c.MaxBatch),
            MaxCharacters = Least(all.Select(static c => c.MaxCharacters)),
            MaxSegments = Least(all.Select(static c => c.MaxSegments)),
            Unicode = all.All(static c => c.Unicode),
            AstralCharacters = all.All(static c => c.AstralCharacters),
            MaxValidity = all.Min(static c => c.MaxValidity),
            Scheduling = all.All(static c => c.Scheduling),
            DeliveryReports = all.Any(static c => c.DeliveryReports),
            Inbound = all.Any(static c => c.Inbound),
            DeduplicatesById = all is [{ DeduplicatesById: true }],
            Senders = all.Aggregate(SmsSenderKinds.All, static (kinds, c) => kinds & c.Senders),
            SuggestedSegmentsPerSecond = all.Min(static c => c.SuggestedSegmentsPerSecond),
        };
    }

    // 0 = no limit of its own.
    private static int Least(IEnumerable<int> limits) => limits.Where(static l => l > 0).DefaultIfEmpty(0).Min();
}
