using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SuperMail.Dispatch;
using SuperMail.Dispatch.Testing;
using WorkerService;

// Settings stand beside the program, wherever it is started from.
var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });

// "embedded" is this sample's own word: an SMTP server on loopback that takes everything, so that it runs without a relay.
await using var server = builder.Configuration["Mailing:Email:Host"] == "embedded"
    ? SmtpTestServer.Start(options => (options.KeepMessages, options.KeepLog) = (false, false))
    : null;
if (server is not null)
{
    builder.Configuration["Mailing:Email:Host"] = server.Host;
    builder.Configuration["Mailing:Email:Port"] = $"{server.Port}";
}

// Everything else stands in appsettings.json, section "Mailing".
builder.Services.AddMailingDispatch();
builder.Services.AddHealthChecks().AddCheck<MailingDispatchHealthCheck>("mailing");

// A stop drains: the host must wait longer than Mailing:DrainTimeout (20 s).
builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));

builder.Services.AddHostedService<MailingWorker>();
await builder.Build().RunAsync();
