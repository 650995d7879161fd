using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using SuperMail.Dispatch.Hosting;

namespace SuperMail.Dispatch;

/// <summary>
/// Healthy when mail and SMS can leave; degraded while the relay or the SMS gateway slows us down, the check of the
/// connection has not succeeded yet or a reload was refused; unhealthy when the relay is away, the SMS gateway refuses our
/// account, the settings are invalid, or the ledger failed. Add it with
/// <c>services.AddHealthChecks().AddCheck&lt;MailingDispatchHealthCheck&gt;("mailing")</c>.
/// </summary>
public sealed class MailingDispatchHealthCheck : IHealthCheck
{
    private readonly DispatchHost _host;

    /// <summary>The check of the default dispatcher.</summary>
    public MailingDispatchHealthCheck(IServiceProvider services)
        : this(services, "")
    {
    }

    /// <summary>The check of the dispatcher with this name.</summary>
    public MailingDispatchHealthCheck(IServiceProvider services, string name) =>
        _host = services.GetRequiredKeyedService<DispatchHost>(name);

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var engine = _host.Dispatcher.Engine;
        return Task.FromResult(
            engine.Fault is { } fault ? HealthCheckResult.Unhealthy("The ledger or the engine failed; nothing more is sent until a new start.", fault)
            : engine.RelayFault is { } away ? HealthCheckResult.Unhealthy(away)
            : engine.GatewayFault is { } refused ? HealthCheckResult.Unhealthy(refused)
            : _host.Settings.Fault is { } invalid ? HealthCheckResult.Degraded($"The settings were refused; the last good ones are in force. {invalid}")
            : _host.Connection is { IsPending: true, Fault: { } unproved } ? HealthCheckResult.Degraded(unproved)
            : engine.IsSlowed ? HealthCheckResult.Degraded("The relay asked to be left in peace; fewer connections are open.")
            : engine.IsGatewaySlowed ? HealthCheckResult.Degraded("The SMS gateway asked to be left in peace; fewer batches are offered.")
            : HealthCheckResult.Healthy());
    }
}
