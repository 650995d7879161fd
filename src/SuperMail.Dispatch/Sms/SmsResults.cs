namespace SuperMail.Dispatch;

/// <summary>Results of several calls, put together.</summary>
internal static class SmsResults
{
    /// <summary>One result for each message, in the order of messages; one that got none was offered and not answered.</summary>
    public static IReadOnlyList<SmsSendResult> InOrder(IReadOnlyList<SmsMessage> messages, IEnumerable<SmsSendResult> results)
    {
        var byId = new Dictionary<string, SmsSendResult>(StringComparer.Ordinal);
        foreach (var result in results)
        {
            byId.TryAdd(result.MessageId, result);
        }

        return [.. messages.Select(m => byId.GetValueOrDefault(m.Id) ?? SmsSendResult.Unknown(m, SmsErrorClass.None))];
    }
}
