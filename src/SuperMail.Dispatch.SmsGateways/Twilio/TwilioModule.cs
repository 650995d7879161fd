using SuperMail.Dispatch.SmsGateways.Callbacks;
using SuperMail.Dispatch.SmsGateways.Sending;

namespace SuperMail.Dispatch.SmsGateways.Twilio;

/// <summary>Twilio's Message resource.</summary>
internal sealed class TwilioModule() : HttpModule(
    "twilio", "twilio", "Twilio", "https://api.twilio.com/",
    ModuleField.Required("twilio_account_sid", "Account SID", "AC and 32 digits a-f, from the console."),
    ModuleField.Secret("twilio_auth_token", "Auth token", "From the console; signs the callbacks too."),
    ModuleField.Text("twilio_messaging_service_sid", "Messaging service SID", "Chooses the sender of messages without one."))
{
    protected override IProviderDialect Dialect(PluginConfiguration configuration) =>
        new TwilioDialect(TwilioOptions.From(configuration, Endpoint(configuration)));

    protected override ISmsCallbackParser Callbacks(PluginConfiguration configuration, InboundReading inbound) =>
        new TwilioCallbacks(inbound, configuration.Required("twilio_auth_token"));
}

/// <summary>An account at Twilio.</summary>
internal sealed class TwilioOptions
{
    public required Uri Endpoint { get; init; }

    public required string AccountSid { get; init; }

    public required string AuthToken { get; init; }

    public string? MessagingServiceSid { get; init; }

    public static TwilioOptions From(PluginConfiguration configuration, Uri endpoint)
    {
        var sid = configuration.Required("twilio_account_sid");
        return new TwilioOptions
        {
            Endpoint = new Uri(endpoint, $"/2010-04-01/Accounts/{Uri.EscapeDataString(sid)}/Messages.json"),
            AccountSid = sid,
            AuthToken = configuration.Required("twilio_auth_token"),
            MessagingServiceSid = configuration["twilio_messaging_service_sid"],
        };
    }
}
