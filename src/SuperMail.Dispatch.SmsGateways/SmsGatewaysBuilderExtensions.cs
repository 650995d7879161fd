using Microsoft.Extensions.DependencyInjection.Extensions;
using SuperMail.Dispatch;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the SMS gateways of this package.</summary>
public static class SmsGatewaysBuilderExtensions
{
    /// <summary>The name of the client that the gateways send with, for a host that configures it further, such as by a proxy.</summary>
    public const string HttpClientName = "SuperMail.Dispatch.SmsGateways";

    /// <summary>
    /// Adds all modules of <see cref="SmsGatewayModules"/> to the dispatcher, and their HTTP client: no redirects, no
    /// cookies, ten seconds to connect.
    /// </summary>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static MailingDispatchBuilder AddSmsGateways(this MailingDispatchBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        foreach (var module in SmsGatewayModules.All)
        {
            builder.Services.TryAddEnumerable(ServiceDescriptor.KeyedSingleton(builder.Name, module));
        }

        // The factory's own log sentences hold addresses, and addresses hold logins and numbers.
        builder.Services.AddHttpClient(HttpClientName)
            .ConfigureHttpClient(static client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(static () => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                ConnectTimeout = TimeSpan.FromSeconds(10),
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),

                // No activity of the client's: it would name the address.
                ActivityHeadersPropagator = null,
            })
            .RemoveAllLoggers();
        builder.Services.TryAddKeyedSingleton<Func<HttpClient>>(builder.Name, static (provider, _) =>
        {
            var factory = provider.GetRequiredService<IHttpClientFactory>();
            return () => factory.CreateClient(HttpClientName);
        });
        return builder;
    }
}
