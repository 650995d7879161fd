namespace SuperMail.Dispatch.Testing;

/// <summary>What a <see cref="FakeSmsGateway"/> does with messages to a number; accepts until told otherwise.</summary>
public sealed class FakeSmsRule
{
    private readonly PhoneNumber? _number;
    private Func<SmsMessage, SmsSendResult>? _answer;
    private int _left = int.MaxValue;

    internal FakeSmsRule(PhoneNumber? number) => _number = number;

    /// <summary>The next so many messages only.</summary>
    public FakeSmsRule Times(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _left = count;
        return this;
    }

    /// <summary>Refused for good.</summary>
    public FakeSmsRule Rejects(SmsErrorClass errorClass, string? code = null, string? text = null) =>
        Answers(m => SmsSendResult.Rejected(m, errorClass, code, text));

    /// <summary>Surely not taken, may be tried again.</summary>
    public FakeSmsRule AsksToRetry(SmsErrorClass errorClass = SmsErrorClass.Temporary, TimeSpan? after = null) =>
        Answers(m => SmsSendResult.Retry(m, errorClass, after: after));

    /// <summary>Left, and no readable answer came.</summary>
    public FakeSmsRule LeavesUnknown() => Answers(static m => SmsSendResult.Unknown(m, SmsErrorClass.Timeout));

    /// <summary>Whatever the function says.</summary>
    public FakeSmsRule Answers(Func<SmsMessage, SmsSendResult> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        _answer = answer;
        return this;
    }

    internal bool Takes(SmsMessage message) => _answer is not null && _left > 0 && (_number is null || _number == message.To);

    internal SmsSendResult Answer(SmsMessage message)
    {
        _left--;
        return _answer!(message);
    }
}
