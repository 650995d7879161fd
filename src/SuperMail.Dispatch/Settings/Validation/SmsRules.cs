using System.Globalization;

namespace SuperMail.Dispatch.Settings;

/// <summary>The rules of the SMS tab.</summary>
internal static class SmsRules
{
    private const double MostSegmentsPerSecond = 10_000;
    private const int LongestEndpointCode = 50;

    public static void Check(SmsSettings sms, SettingsScope scope, SettingsFaults faults)
    {
        if (sms.UseWebService)
        {
            CheckModule(sms, scope, faults);
        }
        else
        {
            CheckDomain(sms, faults);
        }

        if (!string.IsNullOrEmpty(sms.DefaultCountryCode) && !CountryCode.TryParse(sms.DefaultCountryCode, out _, out var error))
        {
            faults.Add(nameof(sms.DefaultCountryCode), sms.DefaultCountryCode, error.TrimEnd('.'));
        }

        if (!string.IsNullOrEmpty(sms.Sender) && !SmsSender.TryParse(sms.Sender, out _, out error))
        {
            faults.Add(nameof(sms.Sender), sms.Sender, error.TrimEnd('.'));
        }

        faults.Range(nameof(sms.Concurrency), sms.Concurrency, 1, 200);
        faults.Range(nameof(sms.MaxSegments), sms.MaxSegments, 1, 255);
        if (!(sms.SegmentsPerSecond is >= 0 and <= MostSegmentsPerSecond))
        {
            faults.AddBare(nameof(sms.SegmentsPerSecond), sms.SegmentsPerSecond, string.Create(CultureInfo.InvariantCulture, $"must be 0 to {MostSegmentsPerSecond:N0}"));
        }

        if (sms.Validity is { } validity)
        {
            faults.PositiveRange(nameof(sms.Validity), validity, TimeSpan.FromDays(30));
        }

        if (sms.Priority is { } priority)
        {
            faults.Range(nameof(sms.Priority), priority, 1, 3);
        }

        CheckCallback(sms, faults);
        RetryRules.Check(sms.Retry, faults);
    }

    private static void CheckModule(SmsSettings sms, SettingsScope scope, SettingsFaults faults)
    {
        if (scope.HasOwnSmsGateway)
        {
            return;
        }

        var registered = scope.SmsModules.Count == 0 ? "none" : string.Join(", ", scope.SmsModules.Select(static m => m.Key).Order(StringComparer.Ordinal));
        if (string.IsNullOrEmpty(sms.Module))
        {
            faults.Add(nameof(sms.Module), null, $"is required: the name of a registered SMS gateway module; registered: {registered}");
        }
        else if (scope.SmsModules.FirstOrDefault(m => m.Key.Equals(sms.Module, StringComparison.OrdinalIgnoreCase)) is not { } module)
        {
            faults.Add(nameof(sms.Module), sms.Module, $"must be the name of a registered SMS gateway module; registered: {registered}");
        }
        else
        {
            // A fault names line and key; the text itself holds secrets.
            foreach (var fault in PluginConfiguration.Read(module, sms.PluginConfiguration).Faults)
            {
                faults.AddSecret(nameof(sms.PluginConfiguration), sms.PluginConfiguration, fault.ToString().TrimEnd('.'));
            }
        }
    }

    private static void CheckDomain(SmsSettings sms, SettingsFaults faults)
    {
        const string Option = nameof(sms.EmailGatewayDomain);
        if (string.IsNullOrEmpty(sms.EmailGatewayDomain))
        {
            faults.Add(Option, null, $"is required because {faults.PathOf(nameof(sms.UseWebService))} = False");
        }
        else if (sms.EmailGatewayDomain.Contains('@', StringComparison.Ordinal) || !EmailAddress.TryParse($"x@{sms.EmailGatewayDomain}", out _, out _))
        {
            faults.Add(Option, sms.EmailGatewayDomain, "must be a domain such as sms.example.net");
        }
    }

    private static void CheckCallback(SmsSettings sms, SettingsFaults faults)
    {
        // Part of it may be a token by which the host knows its provider: not repeated.
        if (!string.IsNullOrEmpty(sms.CallbackUrl)
            && !(Uri.TryCreate(sms.CallbackUrl, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)))
        {
            faults.AddSecret(nameof(sms.CallbackUrl), sms.CallbackUrl, "must be an absolute http or https address");
        }

        if (!string.IsNullOrEmpty(sms.EndpointCode)
            && (sms.EndpointCode.Length > LongestEndpointCode || sms.EndpointCode.Any(static c => char.IsWhiteSpace(c) || char.IsControl(c))))
        {
            faults.Add(nameof(sms.EndpointCode), sms.EndpointCode, $"must be one word of at most {LongestEndpointCode} characters");
        }
    }
}
