namespace SuperMail.Dispatch.Smtp;

/// <summary>What a reply means for the conversation.</summary>
internal enum Step
{
    /// <summary>As wanted.</summary>
    GoOn = 0,

    /// <summary>The message is refused; the conversation goes on.</summary>
    Refused,

    /// <summary>No server says this here: the conversation is over.</summary>
    Broken,
}

/// <summary>A reply, judged.</summary>
internal readonly record struct Judgement(
    Step Step, VerdictKind Kind = VerdictKind.NotSent, RelaySignal Signal = RelaySignal.None, TimeSpan? ResumeAfter = null);

/// <summary>
/// Every phase of a message, every first digit: what follows. Whatever stands in words is an exception above the table. RSET
/// is no message's and has no row: whoever reads its reply knows what it answers.
/// </summary>
internal static class VerdictTable
{
    private static readonly Judgement s_goOn = new(Step.GoOn);
    private static readonly Judgement s_sent = new(Step.GoOn, VerdictKind.Sent);
    private static readonly Judgement s_broken = new(Step.Broken);
    private static readonly Judgement s_retry = new(Step.Refused, VerdictKind.Retry);
    private static readonly Judgement s_failed = new(Step.Refused, VerdictKind.Failed);
    private static readonly Judgement s_slowDown = new(Step.Refused, VerdictKind.NotSent, RelaySignal.SlowDown);
    private static readonly Judgement s_sender = new(Step.Refused, VerdictKind.NotSent, RelaySignal.SenderRefused);
    private static readonly Judgement s_pause = new(Step.Refused, VerdictKind.NotSent, RelaySignal.Pause);

    private static readonly Judgement[][] s_table = new Judgement[(int)DeliveryPhase.EndOfData + 1][];

    static VerdictTable()
    {
        //                                        2xx       3xx       4xx         5xx
        s_table[(int)DeliveryPhase.Mail] =      [s_goOn,   s_broken, s_slowDown, s_sender];
        s_table[(int)DeliveryPhase.Rcpt] =      [s_goOn,   s_broken, s_retry,    s_failed];
        s_table[(int)DeliveryPhase.Data] =      [s_broken, s_goOn,   s_retry,    s_failed];
        s_table[(int)DeliveryPhase.EndOfData] = [s_sent,   s_broken, s_retry,    s_failed];
    }

    // The first that fits is taken.
    private static readonly (Func<DeliveryPhase, SmtpReply, bool> When, Judgement Then)[] s_exceptions =
    [
        // The end of data was answered, if only with good-bye: the recipient waits for its next turn.
        (static (phase, reply) => reply.Closes && phase == DeliveryPhase.EndOfData, s_retry with { Signal = RelaySignal.SlowDown }),
        (static (_, reply) => reply.Closes, s_slowDown),

        // Whether the day is the calendar's or the last 24 hours, it is over by then.
        (static (_, reply) => RelayTexts.IsDailyQuota(reply), s_pause with { ResumeAfter = TimeSpan.FromHours(24) }),

        // RFC 4954 §6: authentication required. At RCPT it may mean this recipient alone, so there it is counted.
        (static (phase, reply) => reply.Code == 530 && phase == DeliveryPhase.Mail, s_pause),

        // RFC 4954 §4.7: password transition; RFC 3463 §3.4: system shutting down; §3.5: congested, too many recipients
        // although there is one.
        (static (_, reply) => reply.Code == 432, s_slowDown),
        (static (_, reply) => reply.Code == 454 && RelayTexts.IsThrottling(reply), s_slowDown),
        (static (_, reply) => reply.Enhanced is { Class: 4, Subject: 3, Detail: 2 } or { Class: 4, Subject: 4, Detail: 5 } or { Class: 4, Subject: 5, Detail: 3 }, s_slowDown),

        // RFC 5321 §4.5.3.1.10: 552 to RCPT is what 452 should have been, save for a mailbox that is full.
        (static (phase, reply) => reply.Code == 552 && phase == DeliveryPhase.Rcpt && reply.Enhanced is not { Subject: 2, Detail: 2 }, s_retry),
    ];

    /// <summary>What this reply to this step means.</summary>
    public static Judgement Judge(DeliveryPhase phase, in SmtpReply reply)
    {
        if (reply.Refuses)
        {
            foreach (var (when, then) in s_exceptions)
            {
                if (when(phase, reply))
                {
                    return then;
                }
            }
        }

        return s_table[(int)phase][reply.FirstDigit - 2];
    }
}
