using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Delivery;

/// <summary>Opens connections: a few quick attempts, then a circuit breaker that leaves an absent relay alone and probes it with one connection.</summary>
internal sealed class Connector
{
    private readonly IMailTransport _transport;
    private readonly LaneThrottle _throttle;
    private readonly TimeProvider _time;
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly ResiliencePipeline _pipeline;
    private readonly ILogger _log;

    public Connector(IMailTransport transport, LaneThrottle throttle, TimeProvider time, ILogger log)
    {
        _transport = transport;
        _throttle = throttle;
        _time = time;
        _log = log;
        var handles = new PredicateBuilder().Handle<MailTransportException>(static e => !e.Pauses);
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = handles,
                MaxRetryAttempts = 2,
                Delay = TimeSpan.FromSeconds(1),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = handles,
                FailureRatio = 0.8,
                MinimumThroughput = 3,
                SamplingDuration = TimeSpan.FromMinutes(1),
                BreakDurationGenerator = static a => ValueTask.FromResult(Break(a.HalfOpenAttempts)),
                StateProvider = _state,
                OnOpened = a =>
                {
                    log.RelayAway(Fault?.Message ?? "", a.BreakDuration);
                    return default;
                },
                OnClosed = _ =>
                {
                    log.RelayBack();
                    return default;
                },
            })
            .Build();
    }

    /// <summary>5 s, doubling with each failed probe up to 5 min.</summary>
    private static TimeSpan Break(int probes) => TimeSpan.FromSeconds(Math.Min(300, 5 * Math.Pow(2, Math.Min(probes, 10))));

    /// <summary>True when the last connections opened, so that work may be begun before the next one is.</summary>
    public bool IsClosed => _state.CircuitState is CircuitState.Closed;

    /// <summary>How long the last connection took to open.</summary>
    public TimeSpan LastOpening { get; private set; }

    /// <summary>Why the last attempt failed; null after a success.</summary>
    public MailTransportException? Fault { get; private set; }

    /// <summary>One connection, or null when it is not to be had now: <see cref="Fault"/> says why.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<IMailSession?> TryOpenAsync(CancellationToken cancellationToken)
    {
        await _throttle.WaitAsync(cancellationToken).ConfigureAwait(false);
        var attempts = new Attempts(this);
        try
        {
            if (IsClosed)
            {
                await attempts.MakeFirstAsync(cancellationToken).ConfigureAwait(false);
            }

            var session = await _pipeline
                .ExecuteAsync(static (attempts, token) => attempts.NextAsync(token), attempts, cancellationToken).ConfigureAwait(false);
            Fault = null;
            return session;
        }
        catch (MailTransportException fault)
        {
            if (fault.Fault is TransportFault.SlowDown)
            {
                _throttle.SlowDown(fault.Message);
            }

            return null;
        }
        catch (BrokenCircuitException)
        {
            return attempts.TakeFirst(); // opened before others found the relay away: as good as any that is open now
        }
        finally
        {
            if (attempts.TakeFirst() is { } unheard)
            {
                await unheard.DisposeAsync().ConfigureAwait(false); // called off between the attempt and the pipeline
            }
        }
    }

    /// <summary>One connection, however long it takes; null when the fault is one that waiting does not mend.</summary>
    public async ValueTask<IMailSession?> OpenAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await TryOpenAsync(cancellationToken).ConfigureAwait(false) is { } session)
            {
                return session;
            }

            if (Fault is { Pauses: true })
            {
                return null;
            }

            // The breaker decides when a probe may go; asking it once a second costs nothing.
            await Task.Delay(TimeSpan.FromSeconds(1), _time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// One attempt at a connection that nobody needs yet. The breaker does not hear of it: a relay that will not have one
    /// more connection than the threads is not away.
    /// </summary>
    /// <exception cref="MailTransportException">It could not be opened.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<IMailSession> OpenAheadAsync(CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        try
        {
            var session = await _transport.OpenAsync(cancellationToken).ConfigureAwait(false);
            LastOpening = _time.GetElapsedTime(start);
            return session;
        }
        catch (Exception fault) when (fault is not MailTransportException && (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested))
        {
            // A host's own transport may throw anything, the cancellation of a time-out of its own included: as a lost connection it is tried again and seen by health.
            _log.TransportFailed(fault);
            throw new MailTransportException(
                TransportFault.Connection, DeliveryPhase.Connect, $"The transport could not open a connection ({fault.GetType().Name}: {fault.Message})", fault);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<IMailSession> OpenOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await OpenAheadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (MailTransportException fault)
        {
            Fault = fault;
            throw;
        }
    }

    /// <summary>
    /// The attempts at one connection. While the relay is there the first is made before the pipeline is entered, which
    /// then only hears how it ended: one that waits inside costs a state machine for each of its layers, 1.7 KB.
    /// </summary>
    private sealed class Attempts(Connector connector)
    {
        private IMailSession? _first;
        private MailTransportException? _fault;

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
        public async ValueTask MakeFirstAsync(CancellationToken cancellationToken)
        {
            try
            {
                _first = await connector.OpenOnceAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (MailTransportException fault)
            {
                _fault = fault;
            }
        }

        public ValueTask<IMailSession> NextAsync(CancellationToken cancellationToken)
        {
            var fault = _fault;
            _fault = null;
            return fault is not null ? ValueTask.FromException<IMailSession>(fault)
                : TakeFirst() is { } first ? new ValueTask<IMailSession>(first)
                : connector.OpenOnceAsync(cancellationToken);
        }

        public IMailSession? TakeFirst()
        {
            var first = _first;
            _first = null;
            return first;
        }
    }
}
