namespace SuperMail.Dispatch.Settings;

/// <summary>Whether anybody filled in the SMS tab: a host that sends no SMS must start without one.</summary>
internal static class SmsTab
{
    private static readonly SmsSettings Default = new();

    /// <summary>True as soon as anything differs from the defaults.</summary>
    public static bool IsConfigured(SmsSettings sms) => !(
        string.IsNullOrEmpty(sms.Module)
        && string.IsNullOrEmpty(sms.DefaultCountryCode)
        && string.IsNullOrEmpty(sms.Sender)
        && string.IsNullOrEmpty(sms.PluginConfiguration)
        && sms.Concurrency == Default.Concurrency
        && sms.SegmentsPerSecond == Default.SegmentsPerSecond
        && sms.MaxSegments == Default.MaxSegments
        && sms.SmartEncode == Default.SmartEncode
        && sms.Validity == Default.Validity
        && sms.DeliveryReports == Default.DeliveryReports
        && string.IsNullOrEmpty(sms.CallbackUrl)
        && string.IsNullOrEmpty(sms.EndpointCode)
        && sms.Priority == Default.Priority
        && sms.UseWebService == Default.UseWebService
        && string.IsNullOrEmpty(sms.EmailGatewayDomain)
        && RetryRules.IsDefault(sms.Retry));
}
