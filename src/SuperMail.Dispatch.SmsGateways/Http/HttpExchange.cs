using Polly;
using Polly.Retry;

namespace SuperMail.Dispatch.SmsGateways.Http;

/// <summary>
/// Sends one request and says honestly what became of it. Only what surely did not leave is repeated: a provider takes
/// the same message twice without a word.
/// </summary>
internal sealed class HttpExchange
{
    private readonly string _name;
    private readonly SmsModuleContext _context;
    private readonly TimeSpan _timeout;
    private readonly ResiliencePipeline<ExchangeResult> _connecting;

    /// <param name="name">What the log calls the gateway.</param>
    /// <param name="context">Client, clock and log.</param>
    /// <param name="timeout">From the first attempt to connect to the last byte of the answer.</param>
    public HttpExchange(string name, SmsModuleContext context, TimeSpan timeout)
    {
        (_name, _context, _timeout) = (name, context, timeout);
        _connecting = new ResiliencePipelineBuilder<ExchangeResult> { TimeProvider = context.Time }
            .AddRetry(new RetryStrategyOptions<ExchangeResult>
            {
                MaxRetryAttempts = 2,
                Delay = TimeSpan.FromMilliseconds(100),
                BackoffType = DelayBackoffType.Exponential,
                ShouldHandle = static attempt => ValueTask.FromResult(attempt.Outcome.Result is ExchangeResult.NotSent { MayPassAtOnce: true }),
            })
            .Build();
    }

    /// <summary>Sends it. Never throws for what the network or the provider does.</summary>
    /// <param name="request">Makes the request; called once for each attempt.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<ExchangeResult> SendAsync(Func<HttpRequestMessage> request, CancellationToken cancellationToken)
    {
        ExchangeResult result;
        try
        {
            result = await _connecting.ExecuteAsync(
                static (state, token) => state.Exchange.TryAsync(state.Request, token), (Exchange: this, Request: request), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Cancelled before the first attempt or in the pause between two: nothing is on its way.
            result = Cancelled(hasDeparted: false);
        }

        Log(result);
        return result;
    }

    private async ValueTask<ExchangeResult> TryAsync(Func<HttpRequestMessage> request, CancellationToken cancellationToken)
    {
        using var message = request();
        var content = new DepartingContent(message.Content);
        message.Content = content;
        using var deadline = new CancellationTokenSource(_timeout, _context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            using var response = await _context.HttpClient()
                .SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            return new ExchangeResult.Answered(await HttpAnswer.ReadAsync(response, _context.Time, either.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            return cancellationToken.IsCancellationRequested ? Cancelled(content.HasDeparted) : TimedOut(content.HasDeparted);
        }
        catch (HttpRequestException fault)
        {
            // What the fault says may name the address, and that a recipient: only its kind is repeated.
            return content.HasDeparted
                ? new ExchangeResult.Lost(SmsErrorClass.Temporary, $"The connection was lost before the answer ({fault.HttpRequestError}).")
                : new ExchangeResult.NotSent(SmsErrorClass.Temporary, $"The provider could not be reached ({fault.HttpRequestError}).", MayPassAtOnce: true);
        }
    }

    private static ExchangeResult Cancelled(bool hasDeparted) => hasDeparted
        ? new ExchangeResult.Lost(SmsErrorClass.Temporary, "Sending was cancelled before the answer came.")
        : new ExchangeResult.NotSent(SmsErrorClass.Temporary, "Sending was cancelled before the request left.");

    private static ExchangeResult TimedOut(bool hasDeparted) => hasDeparted
        ? new ExchangeResult.Lost(SmsErrorClass.Timeout, "No answer came in time.")
        : new ExchangeResult.NotSent(SmsErrorClass.Timeout, "No connection came about in time.");

    private void Log(ExchangeResult result)
    {
        switch (result)
        {
            case ExchangeResult.Answered { Answer: var answer }:
                SmsGatewayLog.Answered(_context.Log, _name, (int)answer.Status, answer.Body.Length);
                break;
            case ExchangeResult.NotSent notSent:
                SmsGatewayLog.NotSent(_context.Log, _name, notSent.Why);
                break;
            case ExchangeResult.Lost lost:
                SmsGatewayLog.Lost(_context.Log, _name, lost.Why);
                break;
        }
    }
}
