using System.Text;

namespace SuperMail.Dispatch.Tests.Faults.Cuts;

/// <summary>
/// What must have become of a message, from nothing but what had passed when the cut struck. All that was said before
/// the present flight has been heard by both ends.
/// </summary>
/// <param name="Mode">How the messages travel.</param>
/// <param name="LastFlight">The number of the client's last flight, QUIT, when nothing is cut.</param>
internal sealed record CutOracle(CutMode Mode, int LastFlight)
{
    /// <summary>The verdict and whether the relay has taken it.</summary>
    public (VerdictKind Kind, bool Taken) Expect(int message, ProxiedConnection.Script script) =>
        Mode.Pipelining == SmtpPipelining.Deep ? ExpectDeep(message, script) : ExpectOneByOne(message, script);

    private (VerdictKind Kind, bool Taken) ExpectOneByOne(int message, ProxiedConnection.Script script)
    {
        var flight = LastFlight - 1 - ((2 - message) * Mode.Stride);
        if (flight != script.Flight)
        {
            // Answered before, or its end never left.
            return flight < script.Flight ? (VerdictKind.Sent, true) : (VerdictKind.NotSent, false);
        }

        // Its end has left. In TLS a record that is not whole says nothing.
        var passed = Passed(script);
        return script.Cut!.OfClient
            ? (VerdictKind.InDoubt, passed.StartsWith(AsSent(message), StringComparison.Ordinal))
            : (passed.Contains('\n') ? VerdictKind.Sent : VerdictKind.InDoubt, true);
    }

    // The first content leads its flight: the first reply is its own. The next is certain once RSET and MAIL behind it are
    // answered, the last one with the RSET that closes the flight and no byte left over.
    private static readonly int[] s_repliesUntilCertain = [1, 7, 10];

    /// <summary>The probe with the first envelope, then all three contents in one flight, then QUIT.</summary>
    private (VerdictKind Kind, bool Taken) ExpectDeep(int message, ProxiedConnection.Script script)
    {
        const int RepliesToProbe = 4;
        var passed = Passed(script);
        var replies = script.Cut!.OfClient ? 0 : passed.Count(static c => c == '\n');
        return (LastFlight - script.Flight) switch
        {
            <= 0 => (VerdictKind.Sent, true),
            1 when script.Cut.OfClient => (VerdictKind.InDoubt, passed.Contains(AsSent(message), StringComparison.Ordinal)),
            1 => (replies >= s_repliesUntilCertain[message] ? VerdictKind.Sent : VerdictKind.InDoubt, true),

            // A probe that fails is no fault: all of it goes over another connection, and nobody hears of it.
            2 when replies < RepliesToProbe => (VerdictKind.Sent, true),
            _ => (VerdictKind.NotSent, false),
        };
    }

    private string Passed(ProxiedConnection.Script script) => Mode.Tls ? "" : Encoding.ASCII.GetString([.. script.Passed]);

    private string AsSent(int message)
    {
        var content = CutSession.ContentOf(message);
        return Mode.Chunking
            ? $"BDAT {content.Length} LAST\r\n{content}"
            : $"{content.Replace("\r\n.", "\r\n..", StringComparison.Ordinal)}.\r\n";
    }
}
