namespace SuperMail.Dispatch.SmsGateways.Callbacks;

/// <summary>Makes of what a provider says about a message from a phone what a host can use.</summary>
internal sealed class InboundReading
{
    private readonly CountryCode? _home;
    private readonly string? _endpointCode;

    /// <param name="home">The country of a number without one.</param>
    /// <param name="endpointCode">The keyword that marks messages as ours; null = none.</param>
    public InboundReading(CountryCode? home, string? endpointCode)
    {
        (_home, _endpointCode) = (home, string.IsNullOrWhiteSpace(endpointCode) ? null : endpointCode.Trim());
    }

    /// <summary>The message; null when the provider says neither who wrote nor what.</summary>
    /// <param name="from">Who wrote it, as it came.</param>
    /// <param name="text">What it says.</param>
    /// <param name="to">To which number it was sent.</param>
    /// <param name="id">The provider's id of it.</param>
    /// <param name="at">When it was received.</param>
    /// <param name="isInternational">Whether the provider writes numbers with the country code and without a plus.</param>
    /// <param name="optedOut">Whether the provider itself took it for an opt-out.</param>
    public SmsInboundMessage? Message(
        string? from, string? text, string? to, string? id = null, DateTimeOffset? at = null, bool isInternational = true, bool optedOut = false)
    {
        if (from is null || text is null)
        {
            return null;
        }

        var hasKeyword = StartsWithCode(text);
        var rest = hasKeyword ? text.AsSpan().TrimStart()[_endpointCode!.Length..] : text;
        return new SmsInboundMessage
        {
            ProviderMessageId = id,
            From = Number(from, isInternational),
            FromText = from,
            To = to,
            Text = text,
            Keyword = hasKeyword ? _endpointCode : null,
            IsOptOut = optedOut || IsOptOut(text) || IsOptOut(rest),
            At = at,
        };
    }

    private PhoneNumber? Number(string text, bool isInternational)
    {
        var written = text.AsSpan().Trim();
        if (written.ContainsAnyExceptInRange('0', '9'))
        {
            return PhoneNumber.TryParse(text, _home, out var number, out _) ? number : null;
        }

        // A short code is no phone: completed with a country code it would be somebody else's number.
        if (written.Length <= 6)
        {
            return null;
        }

        return isInternational && written[0] != '0' && PhoneNumber.TryParse($"+{written}", null, out var international, out _) ? international
            : PhoneNumber.TryParse(text, _home, out var national, out _) ? national
            : null;
    }

    private bool StartsWithCode(string text)
    {
        var start = text.AsSpan().TrimStart();
        return _endpointCode is not null
            && start.StartsWith(_endpointCode, StringComparison.OrdinalIgnoreCase)
            && (start.Length == _endpointCode.Length || !char.IsLetterOrDigit(start[_endpointCode.Length]));
    }

    // "Stop." and "STOP!" mean it too.
    private static bool IsOptOut(ReadOnlySpan<char> text) => SmsOptOut.IsOptOut(text.Trim().TrimEnd(".!"));
}
