using System.Globalization;
using Microsoft.Extensions.Logging;
using SuperMail.Dispatch.Composing;
using SuperMail.Dispatch.Settings;
using SuperMail.Dispatch.Telemetry;

namespace SuperMail.Dispatch.Delivery;

/// <summary>Where an SMS mailing is parsed once: its text, its sender, its limits. Settings are valid here.</summary>
internal sealed class SmsDoor(EnginePorts ports)
{
    private const string ValueName = "text";

    /// <summary>A mailing with everything that it left open taken from the settings.</summary>
    /// <exception cref="MailingRefusedException">Sender, text, a limit or the gateway do not allow it; names which and the rule.</exception>
    public SmsDefinition Define(SmsMailing mailing, IReadOnlyCollection<string>? knownFields)
    {
        var settings = ports.Settings().Sms;
        var country = CountryOf(settings);
        var sender = SenderOf(mailing, settings);
        var capabilities = settings.UseWebService ? CapabilitiesOf(settings) : null;
        if (capabilities is not null)
        {
            CheckSender(sender, capabilities, country);
        }

        var definition = new SmsDefinition
        {
            Id = MailingId.Create(),
            Name = mailing.Name,
            InDoubtPolicy = mailing.InDoubtPolicy,
            FieldNames = TemplateFields.Collect([SmsComposer.Cut(mailing.Text, mailing.TagStyle)], knownFields),
            Text = mailing.Text,
            TagStyle = mailing.TagStyle,
            Sender = sender,
            DefaultCountry = country,
            Encoding = mailing.Encoding,
            SmartEncode = mailing.SmartEncode ?? settings.SmartEncode,
            MaxSegments = SegmentsOf(mailing, settings),
            Validity = ValidityOf(mailing, settings, capabilities),
            CallbackUrl = settings.DeliveryReports && !string.IsNullOrEmpty(settings.CallbackUrl) ? new Uri(settings.CallbackUrl) : null,
            Priority = settings.Priority,
            Reference = mailing.Reference,
        };
        _ = SmsComposer.Create(definition);
        return definition;
    }

    /// <summary>The same as e-mails to an e-mail gateway, from the default From address.</summary>
    public EmailDefinition ByEmail(SmsDefinition text)
    {
        var settings = ports.Settings();
        var content = new TemplateContent { Subject = "", Text = $"{{{{{ValueName}}}}}" };
        var sender = SenderRule.Resolve(new EmailMailing(text.Name, content, []), settings.Email, ports.Section);
        return new EmailDefinition
        {
            Id = text.Id,
            Name = text.Name,
            InDoubtPolicy = text.InDoubtPolicy,
            Content = content,
            FieldNames = [ValueName],
            From = sender.From,
            FromName = sender.DisplayName,
            ReplyTo = sender.ReplyTo,
            EnvelopeFrom = sender.EnvelopeFrom,
            Date = ports.Time.GetLocalNow(),
            Phones = new PhoneRoute(EmailAddress.Parse($"x@{settings.Sms.EmailGatewayDomain}").Domain, text),
        };
    }

    private static CountryCode? CountryOf(SmsSettings settings) =>
        string.IsNullOrEmpty(settings.DefaultCountryCode) ? null : CountryCode.Parse(settings.DefaultCountryCode);

    private SmsGatewayCapabilities CapabilitiesOf(SmsSettings settings) =>
        ports.Gateways.TryGet(settings, out var gateway, out var fault) ? gateway.Capabilities : throw new MailingRefusedException(fault);

    private static SmsSender? SenderOf(SmsMailing mailing, SmsSettings settings)
    {
        var text = string.IsNullOrEmpty(mailing.Sender) ? settings.Sender : mailing.Sender;
        return string.IsNullOrEmpty(text) ? null
            : SmsSender.TryParse(text, out var sender, out var error) ? sender
            : throw new MailingRefusedException($"{nameof(mailing.Sender)} = {SettingsFaults.Quoted(text)}: {error}");
    }

    private void CheckSender(SmsSender? sender, SmsGatewayCapabilities capabilities, CountryCode? country)
    {
        if (sender is null)
        {
            return;
        }

        if (!capabilities.Senders.HasFlag((SmsSenderKinds)(1 << (int)sender.Kind)))
        {
            throw new MailingRefusedException(
                $"{nameof(SmsMailing.Sender)} = {SettingsFaults.Quoted(sender.Value)}: the SMS gateway takes no {sender.Kind} sender; it takes {capabilities.Senders}.");
        }

        if (sender.Kind is SmsSenderKind.Alphanumeric && country is { } home && SmsSender.RefusesAlphanumeric(home))
        {
            ports.Log.NameRefusedByNetworks(sender.Value, home.ToString());
        }
    }

    private static int SegmentsOf(SmsMailing mailing, SmsSettings settings)
    {
        var segments = mailing.MaxSegments ?? settings.MaxSegments;
        return segments is >= 1 and <= 255
            ? segments
            : throw new MailingRefusedException(string.Create(CultureInfo.InvariantCulture, $"{nameof(mailing.MaxSegments)} = {segments}: must be 1 to 255."));
    }

    private static TimeSpan? ValidityOf(SmsMailing mailing, SmsSettings settings, SmsGatewayCapabilities? capabilities)
    {
        var validity = mailing.Validity ?? settings.Validity;
        return validity is null ? null
            : validity <= TimeSpan.Zero ? throw new MailingRefusedException($"{nameof(mailing.Validity)} = {validity}: must be more than 0.")
            : capabilities?.MaxValidity is { } most && validity > most
                ? throw new MailingRefusedException($"{nameof(mailing.Validity)} = {validity}: the SMS gateway takes at most {most}.")
            : validity;
    }
}
