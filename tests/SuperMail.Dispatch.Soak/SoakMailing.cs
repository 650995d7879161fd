using System.Globalization;

namespace SuperMail.Dispatch.Soak;

/// <summary>One mailing and the comparison of both accounts of it.</summary>
internal sealed class SoakMailing(IMailingDispatcher dispatcher, FaultySink sink, int recipients)
{
    private static readonly TemplateContent s_content = new()
    {
        Subject = "Soak {{N}}",
        Text = "This is number {{N}}.\r\n.\r\n..\r\nQUIT\r\nRSET\r\n",
    };

    /// <summary>The library's account.</summary>
    public MailingCounts Counts { get; private set; }

    /// <summary>How often the library paused it and it was resumed.</summary>
    public int Pauses { get; private set; }

    /// <summary>In doubt, and yet taken.</summary>
    public int DoubtsTaken { get; private set; }

    /// <summary>Sends it to the end and returns what does not agree; empty when all does.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken token)
    {
        var everybody = Enumerable.Range(0, recipients).Select(static i => new Recipient(FaultySink.AddressOf(i))
        {
            Fields = new Dictionary<string, string?> { ["N"] = i.ToString(CultureInfo.InvariantCulture) },
        });
        MailingReport? report = null;
        MailingId? paused = null;
        while (report is null)
        {
            try
            {
                report = paused is { } id
                    ? await dispatcher.WaitAsync(id, token)
                    : await dispatcher.SendAsync(new EmailMailing("Soak", s_content, everybody), cancellationToken: token);
            }
            catch (MailingPausedException pause)
            {
                Pauses++;
                paused = pause.Id;
                await dispatcher.ResumeAsync(pause.Id, token);
            }
        }

        Counts = report.Counts;
        var states = new RecipientState[recipients];
        await foreach (var outcome in dispatcher.GetOutcomesAsync(report.Id, null, token))
        {
            states[outcome.Ordinal] = outcome.State;
        }

        return Compare(states);
    }

    private List<string> Compare(RecipientState[] states)
    {
        var wrong = new List<string>();
        for (var i = 0; i < states.Length; i++)
        {
            var (state, taken) = (states[i], sink.Taken[i]);
            var agrees = state switch
            {
                RecipientState.Sent => taken == 1,
                RecipientState.Failed => taken == 0,
                RecipientState.InDoubt => taken <= 1,
                _ => false,
            };
            DoubtsTaken += state == RecipientState.InDoubt && taken == 1 ? 1 : 0;
            if (!agrees)
            {
                wrong.Add($"recipient {i} is {state} and was taken {taken} times");
            }
        }

        if (Counts.Sent + Counts.Failed + Counts.InDoubt != recipients || sink.Strangers > 0)
        {
            wrong.Add($"{Counts.Sent} sent, {Counts.Failed} failed, {Counts.InDoubt} in doubt of {recipients}; {sink.Strangers} messages to strangers");
        }

        return wrong;
    }
}
