using System.Text;

namespace SuperMail.Dispatch.Smtp;

/// <summary>Makes verdicts of replies; those that come by the thousand exist once.</summary>
internal static class Verdicts
{
    private const int MaxText = 512;

    private static readonly Verdict[] s_sent =
    [
        Sent(default), Sent(new(2, 0, 0)), Sent(new(2, 6, 0)),
    ];

    /// <summary>The connection broke while the content left: charged to this message alone, so that one poisonous message cannot kill every batch.</summary>
    public static Verdict BrokenInContent { get; } = new()
    {
        Kind = VerdictKind.Retry, Phase = DeliveryPhase.EndOfData, EnhancedCode = new(4, 4, 2),
        Text = "The connection was lost while the content was leaving.",
    };

    /// <summary>For a content that has no reply and will get none.</summary>
    public static Verdict Unanswered(ContentState content) => content switch
    {
        ContentState.Written => Verdict.InDoubt,
        ContentState.Leaving => BrokenInContent,
        _ => Verdict.NotSent,
    };

    public static Verdict Of(DeliveryPhase phase, in SmtpReply reply) => Of(phase, reply, VerdictTable.Judge(phase, reply));

    public static Verdict Of(DeliveryPhase phase, in SmtpReply reply, Judgement judgement)
    {
        if (judgement.Kind == VerdictKind.Sent && reply is { Code: 250, Text: null })
        {
            foreach (var known in s_sent)
            {
                if (known.EnhancedCode == reply.Enhanced)
                {
                    return known;
                }
            }
        }

        return new Verdict
        {
            Kind = judgement.Kind, Phase = phase, ReplyCode = reply.Code, EnhancedCode = reply.Enhanced,
            Text = Clean(reply.Text), Signal = judgement.Signal, ResumeAfter = judgement.ResumeAfter,
        };
    }

    /// <summary>One line, no control characters, at most 512 characters.</summary>
    public static string? Clean(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var clean = new StringBuilder(Math.Min(text.Length, MaxText));
        foreach (var c in text)
        {
            var next = char.IsControl(c) ? ' ' : c;
            if (clean.Length < MaxText && !(next == ' ' && clean.Length > 0 && clean[^1] == ' '))
            {
                clean.Append(next);
            }
        }

        // Half of a pair at the cut would be no character.
        return clean.ToString().TrimEnd(' ') is [.. var head, var last] && char.IsHighSurrogate(last)
            ? head
            : clean.ToString().Trim(' ');
    }

    private static Verdict Sent(EnhancedStatusCode code) =>
        new() { Kind = VerdictKind.Sent, Phase = DeliveryPhase.EndOfData, ReplyCode = 250, EnhancedCode = code };
}
