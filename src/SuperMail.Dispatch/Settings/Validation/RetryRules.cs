namespace SuperMail.Dispatch.Settings;

/// <summary>The rules of a retry schedule, the same in every tab.</summary>
internal static class RetryRules
{
    private static readonly RetrySettings Default = new();

    public static void Check(RetrySettings? retry, SettingsFaults faults)
    {
        const string Option = nameof(EmailSettings.Retry);
        if (retry is null)
        {
            faults.Add(Option, null, "must not be null");
            return;
        }

        var at = faults.In(Option);
        var month = TimeSpan.FromDays(30);
        for (var index = 0; index < (retry.Schedule?.Count ?? 0); index++)
        {
            at.PositiveRange($"{nameof(retry.Schedule)}:{index}", retry.Schedule![index], month);
        }

        at.Range(nameof(retry.GiveUpAfter), retry.GiveUpAfter, month);
        at.Range(nameof(retry.MaxAttempts), retry.MaxAttempts, 1, 1000);
    }

    public static bool IsDefault(RetrySettings? retry) => retry is { Schedule: null or { Count: 0 } }
        && retry.GiveUpAfter == Default.GiveUpAfter
        && retry.MaxAttempts == Default.MaxAttempts;
}
