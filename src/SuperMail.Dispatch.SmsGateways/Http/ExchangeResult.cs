namespace SuperMail.Dispatch.SmsGateways.Http;

/// <summary>What became of one request.</summary>
internal abstract record ExchangeResult
{
    private ExchangeResult()
    {
    }

    /// <summary>The provider answered; the body may be unreadable.</summary>
    public sealed record Answered(HttpAnswer Answer) : ExchangeResult;

    /// <summary>The request surely did not leave.</summary>
    /// <param name="Class">Why not.</param>
    /// <param name="Why">A sentence without addresses and secrets.</param>
    /// <param name="MayPassAtOnce">Whether another attempt right away makes sense: a connection was refused or a name not found.</param>
    public sealed record NotSent(SmsErrorClass Class, string Why, bool MayPassAtOnce = false) : ExchangeResult;

    /// <summary>The request left, at least in part, and no answer came.</summary>
    public sealed record Lost(SmsErrorClass Class, string Why) : ExchangeResult;
}
