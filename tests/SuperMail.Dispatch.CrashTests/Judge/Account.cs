using SuperMail.Dispatch.CrashTests.Sender;
using SuperMail.Dispatch.CrashTests.Sink;
using SuperMail.Dispatch.Sqlite;

namespace SuperMail.Dispatch.CrashTests.Judge;

/// <summary>What the ledger says at the end, held against what the sink wrote.</summary>
internal sealed record Account
{
    /// <summary>Sent by the ledger, absent in the sink.</summary>
    public int Lost { get; init; }

    /// <summary>More than once in the sink, beyond what was reported in doubt and then sent again.</summary>
    public int Duplicated { get; init; }

    /// <summary>Recipients that are not final, or were never accepted.</summary>
    public int Left { get; init; }

    /// <summary>Recipients that were reported in doubt, whatever was decided of them.</summary>
    public int InDoubt { get; init; }

    /// <summary>In the sink, and neither Sent nor in doubt by the ledger.</summary>
    public int Denied { get; init; }

    /// <summary>Contents that came to somebody else.</summary>
    public int Mixed { get; init; }

    /// <summary>In doubt by the ledger and not in the sink: a resend would have been no duplicate.</summary>
    public int DoubtedInVain { get; init; }

    /// <summary>True when the ledger's own counts are those of its record.</summary>
    public bool AddsUp { get; init; }

    public bool IsClean => this is { Lost: 0, Duplicated: 0, Left: 0, Denied: 0, Mixed: 0, AddsUp: true };

    /// <summary>What the last line has no word for.</summary>
    public string Remarks =>
        $"{DoubtedInVain} of those in doubt never reached the sink; denied={Denied} mixed={Mixed}; the ledger's counts {(AddsUp ? "add up" : "DO NOT ADD UP")}";

    public string Verdict(int kills) => $"kills={kills} lost={Lost} duplicated={Duplicated} left={Left} in-doubt={InDoubt}";

    public static async Task<Account> DrawAsync(CrashOptions options)
    {
        var received = new int[options.Recipients];
        var mixed = 0;
        foreach (var (happened, token) in SinkLog.Read(options.LogPath))
        {
            mixed += happened is SinkEvent.Mixed ? 1 : 0;
            if (happened is SinkEvent.Received && token < received.Length)
            {
                received[token]++;
            }
        }

        var now = new OutcomeCode[options.Recipients];
        var doubted = new bool[options.Recipients];
        LedgerMailing? mailing = null;
        await using (var ledger = SqliteLedger.Open(new SqliteLedgerOptions { Path = options.LedgerPath }, TimeProvider.System))
        {
            await foreach (var found in ledger.ListMailingsAsync(unfinishedOnly: false, CancellationToken.None))
            {
                mailing = found.Created.Name == SenderProgram.MailingName ? found : mailing;
            }

            await foreach (var row in ledger.ReadOutcomesAsync(mailing!.Id, 0, CancellationToken.None))
            {
                for (var i = 0; !row.IsEvidence && i < row.Codes.Length; i++)
                {
                    var (ordinal, code) = ((int)row.Ordinals.Span[i], row.Codes.Span[i]);
                    now[ordinal] = code;
                    doubted[ordinal] |= code is { Kind: OutcomeKind.InDoubt } or { Reason: OutcomeReason.ResentInDoubt };
                }
            }
        }

        var kinds = now.CountBy(static code => code.Kind).ToDictionary();
        int Of(OutcomeKind kind) => kinds.GetValueOrDefault(kind);
        int Count(Func<int, bool> isSo) => Enumerable.Range(0, options.Recipients).Count(isSo);
        return new Account
        {
            Lost = Count(t => now[t] is { Kind: OutcomeKind.Sent, Reason: not OutcomeReason.Assumed } && received[t] == 0),
            Duplicated = Count(t => received[t] > 1 && !(options.Policy is InDoubtPolicy.Resend && doubted[t])),
            Left = Count(t => !now[t].IsFinal),
            InDoubt = Count(t => doubted[t]),
            Denied = Count(t => received[t] > 0 && now[t].Kind is not (OutcomeKind.Sent or OutcomeKind.InDoubt)),
            Mixed = mixed,
            DoubtedInVain = Count(t => doubted[t] && received[t] == 0),
            AddsUp = mailing.Counts is { } counts && mailing.IsFinished
                && counts.Accepted == options.Recipients && counts.Sent == Of(OutcomeKind.Sent) && counts.InDoubt == Of(OutcomeKind.InDoubt)
                && counts.Failed == Of(OutcomeKind.Failed) && counts is { Ready: 0, Retry: 0 },
        };
    }
}
